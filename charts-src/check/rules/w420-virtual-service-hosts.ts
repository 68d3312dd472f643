import type { Rule } from '../rule.ts';
import { virtualServiceHosts as judge } from '../validation/virtual-service-hosts.ts';
import { webhookHits } from '../validation/webhook-hits.ts';

/** Hosts that are none, overlap or take the whole mesh; names of gateways that are none; a VirtualService without rules. */
export const virtualServiceHosts = {
  code: 'W420',
  name: 'virtual-service-hosts',
  severity: 'error',
  summary: 'The hosts or gateways of a VirtualService are refused.',
  also: ['IST0106'],
  reads: ['VirtualService'],
  check: (graph) => webhookHits(graph, { VirtualService: judge }),
} satisfies Rule;
