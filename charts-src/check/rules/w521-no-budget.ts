import { disruptionBudgets } from '../disruption-budgets.ts';
import { serving } from '../long-running.ts';
import type { Rule } from '../rule.ts';

/** A drain may evict all pods of a workload at the same moment. */
export const noBudget = {
  code: 'W521',
  name: 'no-budget',
  severity: 'warning',
  summary: 'Nothing keeps a drain of nodes from evicting all pods of a Service at once.',
  reads: ['Deployment', 'StatefulSet', 'Rollout', 'ReplicaSet', 'Service', 'PodDisruptionBudget'],
  *check(graph) {
    const protectedOnes = new Set(disruptionBudgets(graph).flatMap(({ workloads }) => workloads));
    for (const workload of serving(graph)) {
      // A drain leaves the pods of DaemonSets alone.
      if ((workload.replicas ?? 1) < 2 || protectedOnes.has(workload)) continue;
      yield {
        manifest: workload.manifest,
        at: [],
        message: `no PodDisruptionBudget is about its ${workload.replicas ?? 2} pods: draining two nodes, as an upgrade of the cluster does, may evict all of them at once`,
        fix: `add a PodDisruptionBudget with maxUnavailable: 1 and these labels in its selector`,
      };
    }
  },
} satisfies Rule;
