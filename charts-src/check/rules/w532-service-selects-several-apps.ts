import { WORKLOAD_KINDS, type Workload } from '../../graph/workload.ts';
import { describeSelector } from '../nearest-labels.ts';
import type { Rule } from '../rule.ts';

/** Requests to one Service land in pods of different programs. */
export const serviceSelectsSeveralApps = {
  code: 'W532',
  name: 'service-selects-several-apps',
  severity: 'warning',
  summary: 'A Service selects pods of several programs.',
  reads: ['Service', ...WORKLOAD_KINDS],
  *check({ services }) {
    for (const { manifest, workloads, from } of services) {
      const byApp = new Map<string, Workload>();
      for (const workload of workloads) {
        const app = appOf(workload);
        if (app !== undefined && !byApp.has(app)) byApp.set(app, workload);
      }
      if (byApp.size < 2 || from.kind !== 'Service') continue;
      const named = [...byApp].map(([app, { kind, name }]) => `${kind} "${name}" (${app})`);
      yield {
        manifest,
        at: ['spec', 'selector'],
        message: `selector ${describeSelector({ matchLabels: from.spec.selector ?? {} })} selects pods of ${named.slice(0, 3).join(', ')}${named.length > 3 ? ` and ${named.length - 3} more` : ''}: each request goes to any of them`,
        fix: 'add the label that tells them apart to the selector',
      };
    }
  },
} satisfies Rule;

/** What program a pod is, as its labels say; a job's pods answer nothing. */
function appOf({ kind, labels }: Workload): string | undefined {
  if (kind === 'Job' || kind === 'CronJob') return `${kind} ${labels['app'] ?? labels['app.kubernetes.io/name'] ?? ''}`;
  const component = labels['app.kubernetes.io/component'];
  const app = labels['app'] ?? labels['app.kubernetes.io/name'];
  return app === undefined ? undefined : `app: ${app}${component === undefined ? '' : `, component: ${component}`}`;
}
