import type { Rule } from '../rule.ts';
import { workloadEntry as judge } from '../validation/workload-endpoints.ts';
import { webhookHits } from '../validation/webhook-hits.ts';

/** Addresses, ports and labels that are none. */
export const workloadEntry = {
  code: 'W475',
  name: 'workload-entry',
  severity: 'error',
  summary: 'A WorkloadEntry is refused.',
  also: ['IST0106', 'IST0133'],
  reads: ['WorkloadEntry'],
  check: (graph) => webhookHits(graph, { WorkloadEntry: judge }),
} satisfies Rule;
