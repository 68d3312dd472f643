import type { Rule } from '../rule.ts';
import { serviceEntryHosts as judge } from '../validation/service-entry.ts';
import { webhookHits } from '../validation/webhook-hits.ts';

/** Hosts and addresses that are none, and wildcards in a part of a label. */
export const serviceEntryHosts = {
  code: 'W465',
  name: 'service-entry-hosts',
  severity: 'error',
  summary: 'A host or address of a ServiceEntry is refused.',
  also: ['IST0106', 'IST0133'],
  reads: ['ServiceEntry'],
  check: (graph) => webhookHits(graph, { ServiceEntry: judge }),
} satisfies Rule;
