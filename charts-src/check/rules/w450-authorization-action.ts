import type { Rule } from '../rule.ts';
import { authorizationAction as judge } from '../validation/authorization-action.ts';
import { webhookHits } from '../validation/webhook-hits.ts';

/** CUSTOM without provider, DENY without rules, identities where they are not known yet. */
export const authorizationAction = {
  code: 'W450',
  name: 'authorization-action',
  severity: 'error',
  summary: 'The action of an AuthorizationPolicy asks for what it has not.',
  also: ['IST0106'],
  reads: ['AuthorizationPolicy'],
  check: (graph) => webhookHits(graph, { AuthorizationPolicy: judge }),
} satisfies Rule;
