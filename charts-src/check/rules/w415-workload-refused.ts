import type { Rule } from '../rule.ts';
import { workloadRefusals } from '../validation/workload.ts';

const KINDS = {
  Deployment: 'apps',
  StatefulSet: 'apps',
  DaemonSet: 'apps',
  ReplicaSet: 'apps',
  Job: 'batch',
  CronJob: 'batch',
  Pod: '',
} as const;

/** A workload that the API server refuses: a selector that misses its own pods, containers without image, numbers where texts belong. */
export const workloadRefused = {
  code: 'W415',
  name: 'workload-refused',
  severity: 'error',
  summary: 'A workload is refused by the API server.',
  reads: Object.keys(KINDS),
  *check(graph) {
    for (const [kind, group] of Object.entries(KINDS))
      for (const manifest of graph.objects(kind, group))
        for (const { at, what, fix } of workloadRefusals(manifest))
          yield { manifest, at, message: `${what}: the API server refuses the whole object`, fix };
  },
} satisfies Rule;
