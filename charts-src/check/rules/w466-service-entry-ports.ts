import type { Rule } from '../rule.ts';
import { serviceEntryPorts as judge } from '../validation/service-entry.ts';
import { webhookHits } from '../validation/webhook-hits.ts';

/** Names and protocols that are none, and several hosts whose connections cannot be told apart. */
export const serviceEntryPorts = {
  code: 'W466',
  name: 'service-entry-ports',
  severity: 'error',
  summary: 'A port of a ServiceEntry is refused.',
  also: ['IST0106', 'IST0133'],
  reads: ['ServiceEntry'],
  check: (graph) => webhookHits(graph, { ServiceEntry: judge }),
} satisfies Rule;
