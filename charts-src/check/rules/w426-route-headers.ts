import type { Rule } from '../rule.ts';
import { routeHeaders as judge } from '../validation/route-headers.ts';
import { webhookHits } from '../validation/webhook-hits.ts';

/** Headers that proxies keep to themselves, variables without end, a host that is changed twice. */
export const routeHeaders = {
  code: 'W426',
  name: 'route-headers',
  severity: 'error',
  summary: 'A rule changes a header that cannot be changed, or to a value that cannot be.',
  also: ['IST0106'],
  reads: ['VirtualService'],
  check: (graph) => webhookHits(graph, { VirtualService: judge }),
} satisfies Rule;
