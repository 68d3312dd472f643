import type { Rule } from '../rule.ts';
import { clientTls as judge } from '../validation/client-tls.ts';
import { webhookHits } from '../validation/webhook-hits.ts';

/** Certificates that are missing, or come from two places; verification that is switched off and configured. */
export const clientTls = {
  code: 'W440',
  name: 'client-tls',
  severity: 'error',
  summary: 'The tls of a DestinationRule is refused.',
  also: ['IST0106'],
  reads: ['DestinationRule'],
  check: (graph) => webhookHits(graph, { DestinationRule: judge }),
} satisfies Rule;
