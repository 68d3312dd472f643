import type { Rule } from '../rule.ts';
import { serviceEntryEndpoints as judge } from '../validation/workload-endpoints.ts';
import { webhookHits } from '../validation/webhook-hits.ts';

/** Addresses that are none or cannot be looked up, and ports that the ServiceEntry does not declare. */
export const serviceEntryEndpoints = {
  code: 'W468',
  name: 'service-entry-endpoints',
  severity: 'error',
  summary: 'An endpoint of a ServiceEntry is refused.',
  also: ['IST0106', 'IST0133'],
  reads: ['ServiceEntry'],
  check: (graph) => webhookHits(graph, { ServiceEntry: judge }),
} satisfies Rule;
