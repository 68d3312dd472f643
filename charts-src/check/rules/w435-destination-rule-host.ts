import type { Rule } from '../rule.ts';
import { destinationRuleHost as judge } from '../validation/destination-rule-host.ts';
import { webhookHits } from '../validation/webhook-hits.ts';

/** A host that is none, subsets without a name of their own, labels that are none. */
export const destinationRuleHost = {
  code: 'W435',
  name: 'destination-rule-host',
  severity: 'error',
  summary: 'The host or a subset of a DestinationRule is refused.',
  also: ['IST0106'],
  reads: ['DestinationRule'],
  check: (graph) => webhookHits(graph, { DestinationRule: judge }),
} satisfies Rule;
