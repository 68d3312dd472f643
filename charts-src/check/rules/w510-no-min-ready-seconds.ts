import { serving } from '../long-running.ts';
import type { Rule } from '../rule.ts';

/** A release goes on as soon as a pod was ready once. */
export const noMinReadySeconds = {
  code: 'W510',
  name: 'no-min-ready-seconds',
  severity: 'info',
  summary: 'A release does not wait to see whether new pods stay ready.',
  reads: ['Deployment', 'Rollout', 'Service'],
  *check(graph) {
    for (const { kind, spec, manifest, maxReplicas } of serving(graph)) {
      if ((kind !== 'Deployment' && kind !== 'Rollout') || (spec.minReadySeconds ?? 0) > 0) continue;
      if ((maxReplicas ?? 1) < 2 || spec.strategy?.type === 'Recreate') continue;
      yield {
        manifest,
        at: ['spec', 'minReadySeconds'],
        message:
          'minReadySeconds is 0: a pod that is ready once and fails a second later lets the release go on, until all old pods are gone',
        fix: 'set minReadySeconds: 5 or more',
      };
    }
  },
} satisfies Rule;
