import type { Rule } from '../rule.ts';
import { routeAction as judge } from '../validation/route-action.ts';
import { webhookHits } from '../validation/webhook-hits.ts';

/** A rule routes, redirects, answers or delegates: exactly one of these. */
export const routeAction = {
  code: 'W422',
  name: 'route-action',
  severity: 'error',
  summary: 'A rule does nothing with a request, or two things that exclude each other.',
  also: ['IST0106'],
  reads: ['VirtualService'],
  check: (graph) => webhookHits(graph, { VirtualService: judge }),
} satisfies Rule;
