import { objectName } from '../../manifest/manifest.ts';
import { amount } from '../amount.ts';
import { disruptionBudgets } from '../disruption-budgets.ts';
import type { Rule } from '../rule.ts';

/** No pod may ever be evicted: nodes cannot be drained. */
export const budgetAllowsNothing = {
  code: 'W518',
  name: 'budget-allows-nothing',
  severity: 'warning',
  summary: 'A PodDisruptionBudget lets no pod be evicted, ever.',
  reads: ['PodDisruptionBudget', 'Deployment', 'StatefulSet', 'Rollout'],
  *check(graph) {
    for (const { manifest, spec, workloads: all } of disruptionBudgets(graph)) {
      // The same workload in two files is one that replaces the other (W552).
      const workloads = [...new Map(all.map((workload) => [objectName(workload.manifest), workload])).values()];
      const least = sum(workloads.map(({ replicas }) => replicas));
      const most = sum(workloads.map(({ maxReplicas }) => maxReplicas));
      if (least === undefined || most === undefined || most === 0) continue;
      const field = spec.maxUnavailable === undefined ? 'minAvailable' : 'maxUnavailable';
      // What an autoscaler may add makes room; what it takes away makes it tight at times only.
      const room =
        field === 'maxUnavailable'
          ? amount(spec.maxUnavailable, most, 'up')
          : most - (amount(spec.minAvailable, most, 'up') ?? 0);
      if (room === undefined || room > 0) continue;
      yield {
        manifest,
        at: ['spec', field],
        message: `${field} ${JSON.stringify(spec[field])} of ${most === 1 ? 'a single pod' : `${most} pods`} leaves none that may go: draining a node waits for ever, and so does an upgrade of the cluster`,
        fix: most === 1 ? 'run two pods, with maxUnavailable: 1' : 'set maxUnavailable: 1',
      };
    }
  },
} satisfies Rule;

/** Undefined where the number of pods is not in the files. */
function sum(counts: readonly (number | undefined)[]): number | undefined {
  let total = 0;
  for (const count of counts) {
    if (count === undefined) return undefined;
    total += count;
  }
  return counts.length === 0 ? undefined : total;
}
