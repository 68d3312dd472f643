import type { Rule } from '../rule.ts';
import { routeRetries as judge } from '../validation/route-retries.ts';
import { webhookHits } from '../validation/webhook-hits.ts';

/** Retries without attempts, and conditions that nothing is tried again on. */
export const routeRetries = {
  code: 'W424',
  name: 'route-retries',
  severity: 'error',
  summary: 'The retries of a rule are refused.',
  also: ['IST0106'],
  reads: ['VirtualService'],
  check: (graph) => webhookHits(graph, { VirtualService: judge }),
} satisfies Rule;
