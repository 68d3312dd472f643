import type { Rule } from '../rule.ts';
import { workloadGroup as judge } from '../validation/workload-endpoints.ts';
import { webhookHits } from '../validation/webhook-hits.ts';

/** Labels that are none, and probes that ask nothing. */
export const workloadGroup = {
  code: 'W476',
  name: 'workload-group',
  severity: 'error',
  summary: 'A WorkloadGroup is refused.',
  also: ['IST0106'],
  reads: ['WorkloadGroup'],
  check: (graph) => webhookHits(graph, { WorkloadGroup: judge }),
} satisfies Rule;
