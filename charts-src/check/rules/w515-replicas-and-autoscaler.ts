import { autoscalers } from '../autoscalers.ts';
import type { Rule } from '../rule.ts';

/** Each time the manifest is applied, the number of pods falls back to what it says. */
export const replicasAndAutoscaler = {
  code: 'W515',
  name: 'replicas-and-autoscaler',
  severity: 'warning',
  summary: 'A workload fixes its number of pods while an autoscaler sets it.',
  reads: ['Deployment', 'StatefulSet', 'Rollout', 'HorizontalPodAutoscaler'],
  *check(graph) {
    for (const { manifest: autoscaler, workload } of autoscalers(graph)) {
      const replicas = workload?.spec.replicas;
      // 0 switches the autoscaler off: that is a way to say "stopped".
      if (workload === undefined || replicas === undefined || replicas === 0) continue;
      yield {
        manifest: workload.manifest,
        at: ['spec', 'replicas'],
        message: `replicas is ${replicas}, but HorizontalPodAutoscaler ${autoscaler.namespace}/${autoscaler.name} sets it: each apply puts it back to ${replicas}, in the middle of the load that the others were started for`,
        fix: 'remove replicas, and give the autoscaler minReplicas',
      };
    }
  },
} satisfies Rule;
