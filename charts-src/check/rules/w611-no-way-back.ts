import { longRunning } from '../long-running.ts';
import type { Rule } from '../rule.ts';

/** Old versions are thrown away at once: there is nothing to roll back to. */
export const noWayBack = {
  code: 'W611',
  name: 'no-way-back',
  severity: 'info',
  summary: 'No old revision is kept, so a rollout cannot be undone.',
  reads: ['Deployment', 'StatefulSet', 'DaemonSet', 'Rollout'],
  *check(graph) {
    for (const { kind, manifest } of longRunning(graph)) {
      const spec = manifest.object['spec'] as { readonly revisionHistoryLimit?: unknown } | null | undefined; // JSON of any shape
      if (spec?.revisionHistoryLimit !== 0) continue;
      yield {
        manifest,
        at: ['spec', 'revisionHistoryLimit'],
        message: `revisionHistoryLimit: 0 keeps no old revision of the ${kind}: "kubectl rollout undo" has nothing to go back to`,
        fix: 'leave it out (10 are kept), or write 2 or more',
      };
    }
  },
} satisfies Rule;
