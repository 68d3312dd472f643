import type { Rule } from '../rule.ts';
import { authorizationConditions as judge } from '../validation/authorization-conditions.ts';
import { webhookHits } from '../validation/webhook-hits.ts';

/** Keys that there are not, and conditions without values. */
export const authorizationConditions = {
  code: 'W452',
  name: 'authorization-conditions',
  severity: 'error',
  summary: 'A condition of an AuthorizationPolicy is refused.',
  also: ['IST0106'],
  reads: ['AuthorizationPolicy'],
  check: (graph) => webhookHits(graph, { AuthorizationPolicy: judge }),
} satisfies Rule;
