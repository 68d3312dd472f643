import type { Workload } from '../../graph/workload.ts';
import { disruptionBudgets, type DisruptionBudget } from '../disruption-budgets.ts';
import { isCopy } from '../../manifest/is-copy.ts';
import type { Rule } from '../rule.ts';

/** Kubernetes cannot evict a pod that two budgets are about. */
export const budgetsOverlap = {
  code: 'W520',
  name: 'budgets-overlap',
  severity: 'warning',
  summary: 'Two PodDisruptionBudgets are about the same pods.',
  reads: ['PodDisruptionBudget', 'Deployment', 'StatefulSet', 'DaemonSet', 'Rollout', 'ReplicaSet', 'Pod'],
  *check(graph) {
    const first = new Map<Workload, DisruptionBudget>();
    for (const budget of disruptionBudgets(graph)) {
      const shared = budget.workloads.find((workload) => {
        const other = first.get(workload);
        return other !== undefined && !isCopy(other.manifest, budget.manifest);
      });
      const other = shared && first.get(shared);
      for (const workload of budget.workloads) if (!first.has(workload)) first.set(workload, budget);
      if (shared === undefined || other === undefined) continue;
      yield {
        manifest: budget.manifest,
        at: ['spec', 'selector'],
        message: `the pods of ${shared.kind} "${shared.name}" are selected by PodDisruptionBudget "${other.manifest.name}" too: Kubernetes refuses to evict a pod that is in two budgets, so a node with one cannot be drained`,
        fix: 'keep one budget for these pods',
      };
    }
  },
} satisfies Rule;
