import { appContainers } from '../app-containers.ts';
import { autoscalers } from '../autoscalers.ts';
import type { Rule } from '../rule.ts';

/** A share of a request that is not there cannot be measured. */
export const autoscalerWithoutRequests = {
  code: 'W517',
  name: 'autoscaler-without-requests',
  severity: 'warning',
  summary: 'An autoscaler measures a share of a request that containers do not make.',
  reads: ['HorizontalPodAutoscaler', 'Deployment', 'StatefulSet', 'Rollout'],
  *check(graph) {
    for (const { manifest, workload, utilization } of autoscalers(graph)) {
      if (workload === undefined) continue;
      for (const { resource, container: measured, at } of utilization) {
        const silent = appContainers(workload).filter(
          ({ container: { name, resources } }) =>
            (measured === undefined || name === measured) &&
            resources?.requests?.[resource] === undefined &&
            resources?.limits?.[resource] === undefined,
        );
        if (silent.length === 0) continue;
        yield {
          manifest,
          at,
          message: `${resource} is measured as a share of what is requested, but container ${silent.map(({ container }) => `"${container.name ?? ''}"`).join(', ')} of ${workload.kind} "${workload.name}" requests no ${resource}: the metric is missing for every pod, and nothing is scaled, unless a LimitRange fills it in`,
          fix: `set resources.requests.${resource} in every container`,
        };
      }
    }
  },
} satisfies Rule;
