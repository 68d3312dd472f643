import type { Workload } from '../../graph/workload.ts';
import { podAt } from '../app-containers.ts';
import { serving } from '../long-running.ts';
import type { Rule } from '../rule.ts';

/** Pods may all be on one node. */
export const podsTogether = {
  code: 'W522',
  name: 'pods-together',
  severity: 'warning',
  summary: 'Nothing spreads the pods of a workload over nodes.',
  reads: ['Deployment', 'StatefulSet', 'Rollout', 'ReplicaSet', 'Service'],
  *check(graph) {
    for (const workload of serving(graph)) {
      if ((workload.replicas ?? 1) < 2 || isSpread(workload)) continue;
      yield {
        manifest: workload.manifest,
        at: [...podAt(workload), 'topologySpreadConstraints'],
        message: `there are ${workload.replicas ?? 2} pods and neither topologySpreadConstraints nor a podAntiAffinity: the scheduler may put them on one node (its own default tolerates a difference of 3), and with that node all are gone`,
        fix: 'add topologySpreadConstraints with topologyKey kubernetes.io/hostname, maxSkew 1 and the labels of the pods',
      };
    }
  },
} satisfies Rule;

const isSpread = ({ pod }: Workload): boolean =>
  (pod.topologySpreadConstraints ?? []).length > 0 ||
  (typeof pod.affinity === 'object' && pod.affinity !== null && 'podAntiAffinity' in pod.affinity);
