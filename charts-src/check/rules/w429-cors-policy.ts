import type { Rule } from '../rule.ts';
import { corsPolicy as judge } from '../validation/cors-policy.ts';
import { webhookHits } from '../validation/webhook-hits.ts';

/** Empty origins, methods and headers that are none, an age that is no whole number of seconds. */
export const corsPolicy = {
  code: 'W429',
  name: 'cors-policy',
  severity: 'error',
  summary: 'A CORS policy is refused.',
  also: ['IST0106'],
  reads: ['VirtualService'],
  check: (graph) => webhookHits(graph, { VirtualService: judge }),
} satisfies Rule;
