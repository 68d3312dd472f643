import type { Rule } from '../rule.ts';
import { trafficPolicy as judge } from '../validation/traffic-policy.ts';
import { webhookHits } from '../validation/webhook-hits.ts';

/** Policies without a field, ports without a policy, tunnels to nowhere. */
export const trafficPolicy = {
  code: 'W436',
  name: 'traffic-policy',
  severity: 'error',
  summary: 'A trafficPolicy says nothing, or what excludes itself.',
  also: ['IST0106'],
  reads: ['DestinationRule'],
  check: (graph) => webhookHits(graph, { DestinationRule: judge }),
} satisfies Rule;
