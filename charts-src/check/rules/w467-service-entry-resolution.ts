import type { Rule } from '../rule.ts';
import { serviceEntryResolution as judge } from '../validation/service-entry.ts';
import { webhookHits } from '../validation/webhook-hits.ts';

/** Names that cannot be looked up, and everything that DYNAMIC_DNS cannot have. */
export const serviceEntryResolution = {
  code: 'W467',
  name: 'service-entry-resolution',
  severity: 'error',
  summary: 'A ServiceEntry has not what its resolution asks for.',
  also: ['IST0106', 'IST0133'],
  reads: ['ServiceEntry'],
  check: (graph) => webhookHits(graph, { ServiceEntry: judge }),
} satisfies Rule;
