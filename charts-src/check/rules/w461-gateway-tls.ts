import type { Rule } from '../rule.ts';
import { gatewayTls as judge } from '../validation/gateway-tls.ts';
import { webhookHits } from '../validation/webhook-hits.ts';

/** TLS that is missing or does not fit the protocol, certificates from nowhere or from two places. */
export const gatewayTls = {
  code: 'W461',
  name: 'gateway-tls',
  severity: 'error',
  summary: 'The tls of a Gateway is refused, or has no effect.',
  also: ['IST0106', 'IST0133'],
  reads: ['Gateway'],
  check: (graph) => webhookHits(graph, { Gateway: judge }),
} satisfies Rule;
