import type { Rule } from '../rule.ts';
import { gatewayServers as judge } from '../validation/gateway-servers.ts';
import { webhookHits } from '../validation/webhook-hits.ts';

/** Servers without hosts, ports and addresses that are none, two ports of one name. */
export const gatewayServers = {
  code: 'W460',
  name: 'gateway-servers',
  severity: 'error',
  summary: 'A server of a Gateway is refused.',
  also: ['IST0106'],
  reads: ['Gateway'],
  check: (graph) => webhookHits(graph, { Gateway: judge }),
} satisfies Rule;
