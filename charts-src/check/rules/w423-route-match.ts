import type { Rule } from '../rule.ts';
import { routeMatch as judge } from '../validation/route-match.ts';
import { webhookHits } from '../validation/webhook-hits.ts';

/** Empty prefixes, regular expressions that RE2 does not know, names that are no headers, claims of a JWT in the mesh. */
export const routeMatch = {
  code: 'W423',
  name: 'route-match',
  severity: 'error',
  summary: 'A match of a rule is refused.',
  also: ['IST0106'],
  reads: ['VirtualService'],
  check: (graph) => webhookHits(graph, { VirtualService: judge }),
} satisfies Rule;
