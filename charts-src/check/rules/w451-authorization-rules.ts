import type { Rule } from '../rule.ts';
import { authorizationRules as judge } from '../validation/authorization-rules.ts';
import { webhookHits } from '../validation/webhook-hits.ts';

/** Sources and operations without anything in them, addresses, ports and paths that are none. */
export const authorizationRules = {
  code: 'W451',
  name: 'authorization-rules',
  severity: 'error',
  summary: 'A rule of an AuthorizationPolicy is refused.',
  also: ['IST0106'],
  reads: ['AuthorizationPolicy'],
  check: (graph) => webhookHits(graph, { AuthorizationPolicy: judge }),
} satisfies Rule;
