import type { Rule } from '../rule.ts';
import { routeDestinations } from '../validation/route-destinations.ts';
import { webhookHits } from '../validation/webhook-hits.ts';

/** Hosts, subsets and ports that are none. */
export const routeDestination = {
  code: 'W430',
  name: 'route-destination',
  severity: 'error',
  summary: 'A destination or mirror of a rule is refused.',
  also: ['IST0106'],
  reads: ['VirtualService'],
  check: (graph) => webhookHits(graph, { VirtualService: routeDestinations }),
} satisfies Rule;
