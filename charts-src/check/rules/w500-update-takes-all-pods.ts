import { amount } from '../amount.ts';
import { serving } from '../long-running.ts';
import type { Rule } from '../rule.ts';

/** A rolling update may take every pod at once: while the new ones start, nobody answers. */
export const updateTakesAllPods = {
  code: 'W500',
  name: 'update-takes-all-pods',
  severity: 'warning',
  summary: 'A rolling update may stop every pod before a new one is ready.',
  reads: ['Deployment', 'StatefulSet', 'DaemonSet', 'Rollout', 'Service'],
  *check(graph) {
    for (const workload of serving(graph)) {
      const { spec, kind, manifest, replicas } = workload;
      const field = spec.strategy?.rollingUpdate?.maxUnavailable === undefined ? 'updateStrategy' : 'strategy';
      const value = spec[field]?.rollingUpdate?.maxUnavailable;
      // A StatefulSet replaces one pod after the other whatever is written here, unless a feature gate is on.
      if (value === undefined || kind === 'StatefulSet' || replicas === 0) continue;
      const pods = replicas ?? 100; // a DaemonSet has as many as there are nodes
      const gone = amount(value, pods, kind === 'DaemonSet' ? 'up' : 'down') ?? 0;
      if (gone < pods) continue;
      yield {
        manifest,
        at: ['spec', field, 'rollingUpdate', 'maxUnavailable'],
        message: `maxUnavailable ${show(value)} ${replicas === undefined ? 'lets an update stop the pods of all nodes' : `of ${count(replicas)} lets an update stop all of them`} before a new one is ready: until then callers get 503`,
        fix: 'set maxUnavailable: 0 and maxSurge: 1, so that an old pod goes when a new one is ready',
      };
    }
  },
} satisfies Rule;

const count = (pods: number): string => (pods === 1 ? '1 pod' : `${pods} pods`);
const show = (value: unknown): string => (typeof value === 'number' ? String(value) : `"${String(value)}"`);
