import type { MeshGraph } from '../../graph/mesh-graph.ts';
import type { Workload } from '../../graph/workload.ts';
import type { Manifest } from '../../manifest/manifest.ts';
import { own } from '../../model/own.ts';
import { appContainers, initContainers } from '../app-containers.ts';
import { longRunning } from '../long-running.ts';
import { listNames } from '../mesh-presence.ts';
import type { Hit, Rule } from '../rule.ts';
import { quantity } from '../validation/quantity.ts';
import { fieldsOf, itemsOf } from '../../manifest/raw.ts';

/** The API server refuses pods that a ResourceQuota has no room for, or that do not say what it counts. */
export const quotaRefusesPods = {
  code: 'W580',
  name: 'quota-refuses-pods',
  severity: 'error',
  summary: 'A ResourceQuota refuses pods of its namespace.',
  reads: ['ResourceQuota', 'LimitRange', 'Deployment', 'StatefulSet', 'DaemonSet', 'Rollout', 'ReplicaSet'],
  *check(graph) {
    for (const quota of graph.objects('ResourceQuota', '')) {
      const spec = fieldsOf(quota.object['spec']);
      // What is for some pods only, such as those of a priority, is not judged.
      if (itemsOf(spec['scopes']).length > 0 || spec['scopeSelector'] !== undefined) continue;
      const pods = longRunning(graph).filter(({ namespace }) => namespace === quota.namespace);
      const hard = fieldsOf(spec['hard']);
      const found = tooMany(quota, pods, hard['pods']);
      if (found !== undefined) yield found;
      const counted = Object.keys(hard).filter((name) => isCounted(graph, quota.namespace, name));
      for (const workload of pods) {
        const missing = counted.filter((name) => isUnsaid(workload, name));
        if (missing.length > 0) yield refusal(quota, workload, missing);
      }
    }
  },
} satisfies Rule;

/** Pods that run when nothing is wrong; a rollout needs more. */
function tooMany(manifest: Manifest, workloads: readonly Workload[], hard: unknown): Hit | undefined {
  const [most, all] = [quantity(hard), workloads.reduce((sum, { replicas = 0 }) => sum + replicas, 0)];
  if (most === undefined || all <= most) return undefined;
  return {
    manifest,
    at: ['spec', 'hard', 'pods'],
    message: `${listNames(workloads.map(({ name }) => name))} have ${all} pods together, and the quota of namespace "${manifest.namespace}" is ${String(hard)}: the API server refuses the rest, and no rollout finds room for a new pod`,
    fix: `allow ${all} pods and as many as rollouts add`,
  };
}

/** Fields of a quota that ask every container for a number. Source: Kubernetes' quota on pods */
const COUNTED: Readonly<Record<string, readonly ['requests' | 'limits', string]>> = {
  cpu: ['requests', 'cpu'],
  memory: ['requests', 'memory'],
  'requests.cpu': ['requests', 'cpu'],
  'requests.memory': ['requests', 'memory'],
  'limits.cpu': ['limits', 'cpu'],
  'limits.memory': ['limits', 'memory'],
};

function isCounted(graph: MeshGraph, namespace: string, name: string): boolean {
  const counted = own(COUNTED, name);
  return counted !== undefined && !hasDefault(graph, namespace, counted[1]);
}

function isUnsaid(workload: Workload, name: string): boolean {
  const [kind, resource] = own(COUNTED, name) ?? ['requests', name];
  return [...appContainers(workload), ...initContainers(workload)].some(
    ({ container: { resources } }) =>
      own(resources?.[kind] ?? {}, resource) === undefined &&
      // A limit without a request is the request as well.
      (kind === 'limits' || own(resources?.limits ?? {}, resource) === undefined),
  );
}

const refusal = (quota: Manifest, { manifest, at }: Workload, missing: readonly string[]): Hit => ({
  manifest,
  at: [...at, 'spec', 'containers'],
  message: `ResourceQuota "${quota.name}" of the namespace counts ${listNames(missing)}, and a container does not say it: the API server refuses every pod, and none starts`,
  fix: 'set it in resources of every container, or give the namespace a LimitRange with defaults',
});

/** Whether a LimitRange fills in what containers leave out. */
const hasDefault = (graph: MeshGraph, namespace: string, resource: string): boolean =>
  graph
    .objects('LimitRange', '')
    .some(
      (range) =>
        range.namespace === namespace &&
        itemsOf(fieldsOf(range.object['spec'])['limits']).some((limit) =>
          ['default', 'defaultRequest', 'max'].some(
            (field) => own(fieldsOf(fieldsOf(limit)[field]), resource) !== undefined,
          ),
        ),
    );
