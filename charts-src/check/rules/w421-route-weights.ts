import type { Rule } from '../rule.ts';
import { routeWeights as judge } from '../validation/route-weights.ts';
import { webhookHits } from '../validation/webhook-hits.ts';

/** Weights below 0, and several destinations whose weights add up to 0. */
export const routeWeights = {
  code: 'W421',
  name: 'route-weights',
  severity: 'error',
  summary: 'The weights of a rule send requests nowhere.',
  also: ['IST0106'],
  reads: ['VirtualService'],
  check: (graph) => webhookHits(graph, { VirtualService: judge }),
} satisfies Rule;
