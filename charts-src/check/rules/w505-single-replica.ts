import { isCopy } from '../../manifest/is-copy.ts';
import { serving } from '../long-running.ts';
import type { Rule } from '../rule.ts';

/** One pod answers for a Service: whatever ends it ends the Service. */
export const singleReplica = {
  code: 'W505',
  name: 'single-replica',
  severity: 'warning',
  summary: 'A Service stands on a single pod.',
  reads: ['Deployment', 'Rollout', 'ReplicaSet', 'Service', 'HorizontalPodAutoscaler'],
  *check(graph) {
    for (const workload of serving(graph)) {
      // More pods of a StatefulSet are only more of the same for software that was made for it.
      if (workload.kind === 'StatefulSet' || workload.replicas !== 1) continue;
      const alone = graph
        .servicesOf(workload)
        .find(({ workloads }) =>
          workloads.every((other) => other === workload || isCopy(other.manifest, workload.manifest)),
        );
      if (alone === undefined) continue;
      const scaled = (workload.maxReplicas ?? 1) > 1;
      yield {
        manifest: workload.manifest,
        at: ['spec', 'replicas'],
        message: `Service ${alone.namespace}/${alone.manifest.name} has one pod${scaled ? ' while there is little to do' : ''}: when it is moved, restarted or its node fails, every request gets 503`,
        fix: scaled ? 'set minReplicas: 2 in its HorizontalPodAutoscaler' : 'set replicas: 2 or more',
      };
    }
  },
} satisfies Rule;
