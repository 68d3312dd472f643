import type { Rule } from '../rule.ts';
import { routeAnswers as judge } from '../validation/route-answers.ts';
import { webhookHits } from '../validation/webhook-hits.ts';

/** Redirects to nowhere or with a wrong status, rewrites of nothing, answers that are too large. */
export const routeAnswers = {
  code: 'W425',
  name: 'route-answers',
  severity: 'error',
  summary: 'A redirect, rewrite or directResponse is refused.',
  also: ['IST0106', 'IST0133'],
  reads: ['VirtualService'],
  check: (graph) => webhookHits(graph, { VirtualService: judge }),
} satisfies Rule;
