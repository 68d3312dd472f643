import { serving } from '../long-running.ts';
import type { Rule } from '../rule.ts';

/** A Deployment ends all its pods before it starts new ones: every release is an outage. */
export const recreate = {
  code: 'W501',
  name: 'recreate',
  severity: 'warning',
  summary: 'A Deployment that answers requests stops all pods before it starts new ones.',
  reads: ['Deployment', 'Service'],
  *check(graph) {
    for (const { kind, spec, pod, manifest } of serving(graph)) {
      if (kind !== 'Deployment' || spec.strategy?.type !== 'Recreate') continue;
      const claim = (pod.volumes ?? []).find(({ persistentVolumeClaim }) => persistentVolumeClaim !== undefined);
      yield {
        manifest,
        at: ['spec', 'strategy', 'type'],
        // Two pods cannot mount a volume that is ReadWriteOnce from two nodes: then this is the price, not a slip.
        ...(claim === undefined ? {} : { severity: 'info' as const }),
        message: `strategy Recreate stops every pod before the first new one starts: with each release callers get 503 until a new pod is ready${claim === undefined ? '' : `; its volume "${claim.name ?? ''}" may be the reason`}`,
        fix:
          claim === undefined
            ? 'use type: RollingUpdate with maxUnavailable: 0 and maxSurge: 1'
            : 'if the volume can be mounted by two pods, use RollingUpdate; if not, use a StatefulSet or announce the outage',
      };
    }
  },
} satisfies Rule;
