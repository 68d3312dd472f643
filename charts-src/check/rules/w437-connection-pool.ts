import type { Rule } from '../rule.ts';
import { connectionPools, inboundConnectionPools } from '../validation/connection-pools.ts';
import { webhookHits } from '../validation/webhook-hits.ts';

/** Pools without limits, limits below 0, settings that exclude each other. */
export const connectionPool = {
  code: 'W437',
  name: 'connection-pool',
  severity: 'error',
  summary: 'Limits of a connection pool are refused.',
  also: ['IST0106'],
  reads: ['DestinationRule', 'Sidecar'],
  check: (graph) => webhookHits(graph, { DestinationRule: connectionPools, Sidecar: inboundConnectionPools }),
} satisfies Rule;
