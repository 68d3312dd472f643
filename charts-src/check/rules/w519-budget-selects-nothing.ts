import { disruptionBudgets } from '../disruption-budgets.ts';
import { describeSelector, nearestLabels } from '../nearest-labels.ts';
import type { Rule } from '../rule.ts';

/** A budget that protects no pod. */
export const budgetSelectsNothing = {
  code: 'W519',
  name: 'budget-selects-nothing',
  severity: 'warning',
  summary: 'A PodDisruptionBudget selects no pod.',
  reads: ['PodDisruptionBudget', 'Deployment', 'StatefulSet', 'DaemonSet', 'Rollout', 'ReplicaSet', 'Pod'],
  *check(graph) {
    for (const { manifest, spec, workloads } of disruptionBudgets(graph)) {
      if (workloads.length > 0) continue;
      const here = graph.workloadsBy(manifest.namespace).select({});
      const meant = nearestLabels(spec.selector?.matchLabels ?? {}, here);
      yield {
        manifest,
        at: ['spec', 'selector'],
        ...(here.length > 0 || spec.selector === undefined ? {} : { severity: 'info' as const }),
        message:
          spec.selector === undefined
            ? 'there is no selector, so the budget is about no pod: a drain may evict all at once'
            : `selector ${describeSelector(spec.selector)} selects no pod of the files in namespace "${manifest.namespace}": unless they are elsewhere, a drain may evict all at once`,
        fix: meant === undefined ? 'select by labels of the pods' : `select ${meant}, as the pods are labelled`,
      };
    }
  },
} satisfies Rule;
