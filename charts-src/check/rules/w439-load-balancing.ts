import type { Rule } from '../rule.ts';
import { loadBalancing as judge } from '../validation/load-balancing.ts';
import { webhookHits } from '../validation/webhook-hits.ts';

/** Hashes over nothing, tables of a wrong size, weights of localities that do not total 100, failover without outlierDetection. */
export const loadBalancing = {
  code: 'W439',
  name: 'load-balancing',
  severity: 'error',
  summary: 'A setting of loadBalancer is refused or has no effect.',
  also: ['IST0106', 'IST0133'],
  reads: ['DestinationRule'],
  check: (graph) => webhookHits(graph, { DestinationRule: judge }),
} satisfies Rule;
