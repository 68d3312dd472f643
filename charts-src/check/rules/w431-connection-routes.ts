import type { Rule } from '../rule.ts';
import { connectionRoutes as judge } from '../validation/connection-routes.ts';
import { webhookHits } from '../validation/webhook-hits.ts';

/** Rules for connections: without route, with sniHosts that are none of the hosts, with subnets that are none. */
export const connectionRoutes = {
  code: 'W431',
  name: 'connection-routes',
  severity: 'error',
  summary: 'A rule of tls or tcp is refused.',
  also: ['IST0106', 'IST0133'],
  reads: ['VirtualService'],
  check: (graph) => webhookHits(graph, { VirtualService: judge }),
} satisfies Rule;
