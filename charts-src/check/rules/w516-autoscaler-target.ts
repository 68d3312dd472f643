import { closest } from '../../model/closest.ts';
import { autoscalers } from '../autoscalers.ts';
import type { Rule } from '../rule.ts';

/** An autoscaler scales nothing. */
export const autoscalerTarget = {
  code: 'W516',
  name: 'autoscaler-target',
  severity: 'warning',
  summary: 'A HorizontalPodAutoscaler names a workload that is not there, or bounds that cannot be.',
  reads: ['HorizontalPodAutoscaler', 'Deployment', 'StatefulSet', 'Rollout'],
  *check(graph) {
    for (const { manifest, target, workload, minReplicas, maxReplicas } of autoscalers(graph)) {
      if (maxReplicas !== undefined && maxReplicas < minReplicas) {
        yield {
          manifest,
          at: ['spec', 'maxReplicas'],
          severity: 'error' as const,
          message: `maxReplicas ${maxReplicas} is less than minReplicas ${minReplicas}: the API server refuses the object`,
          fix: `set maxReplicas to ${minReplicas} or more`,
        };
      }
      if (workload !== undefined || !SCALED.has(target.kind)) continue;
      const here = graph
        .workloadsBy(manifest.namespace)
        .select({})
        .filter(({ kind }) => kind === target.kind);
      const meant = closest(
        target.name,
        here.map(({ name }) => name),
      );
      yield {
        manifest,
        at: ['spec', 'scaleTargetRef', 'name'],
        // Where the files hold no workload of the namespace at all, it is somewhere else.
        ...(here.length > 0 ? {} : { severity: 'info' as const }),
        message: `${target.kind} "${target.name}" is not among the files of namespace "${manifest.namespace}": unless it is elsewhere, nothing is scaled`,
        fix: meant === undefined ? `name a ${target.kind} that is there` : `did you mean "${meant}"`,
      };
    }
  },
} satisfies Rule;

/** Others can be scaled too, but their objects are not read here. */
const SCALED: ReadonlySet<string> = new Set(['Deployment', 'StatefulSet', 'ReplicaSet', 'Rollout']);
