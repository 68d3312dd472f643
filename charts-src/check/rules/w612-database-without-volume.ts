import type { Workload } from '../../graph/workload.ts';
import { storeOf } from '../../graph/stores.ts';
import { longRunning } from '../long-running.ts';
import { podAt } from '../app-containers.ts';
import type { Rule } from '../rule.ts';

/** A database or broker that keeps its data in the pod: it is gone with the pod. */
export const databaseWithoutVolume = {
  code: 'W612',
  name: 'database-without-volume',
  severity: 'warning',
  summary: 'A database keeps its data in its pod, and loses it when the pod is replaced.',
  reads: ['StatefulSet', 'Deployment', 'DaemonSet', 'Rollout'],
  *check(graph) {
    for (const workload of longRunning(graph)) {
      const store = storeOf(workload);
      // What is in a cache may be lost; who coordinates brokers may not be the place of data.
      if (store === undefined || store === 'cache' || hasVolume(workload)) continue;
      const { kind, name, manifest } = workload;
      yield {
        manifest,
        at: podAt(workload),
        message: `${kind} ${name} is a ${store} without a persistent volume: when its pod is moved or replaced, all its data is gone`,
        fix:
          kind === 'StatefulSet'
            ? 'add volumeClaimTemplates, and mount the volume where the data is kept'
            : 'make it a StatefulSet with volumeClaimTemplates',
      };
    }
  },
} satisfies Rule;

/** Volumes that outlive a pod, of whatever kind: all but those that are made for it. */
const OF_THE_POD = ['emptyDir', 'configMap', 'secret', 'projected', 'downwardAPI'];

function hasVolume({ manifest, pod }: Workload): boolean {
  const spec = manifest.object['spec'] as {
    readonly volumeClaimTemplates?: unknown;
    readonly template?: { readonly spec?: { readonly volumes?: unknown } };
  }; // a workload with an image has this shape
  if (Array.isArray(spec.volumeClaimTemplates) && spec.volumeClaimTemplates.length > 0) return true;
  if ((pod.volumes ?? []).length === 0) return false;
  const volumes = spec.template?.spec?.volumes;
  return (
    Array.isArray(volumes) &&
    volumes.some((volume: unknown) =>
      Object.keys(typeof volume === 'object' && volume !== null ? volume : {}).some(
        (key) => key !== 'name' && !OF_THE_POD.includes(key),
      ),
    )
  );
}
