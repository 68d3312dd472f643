import type { Rule } from '../rule.ts';
import { denialOfTcp as judge } from '../validation/authorization-rules.ts';
import { webhookHits } from '../validation/webhook-hits.ts';

/**
 * DENY rules with attributes of HTTP only: on ports that are not HTTP, nothing is left of them but the denial. Worth
 * knowing only: W221 says where there is such a port.
 */
export const denialOfTcp = {
  code: 'W453',
  name: 'denial-of-tcp',
  severity: 'info',
  summary: 'A rule that denies by HTTP attributes denies everything on other ports.',
  also: ['IST0133'],
  reads: ['AuthorizationPolicy'],
  *check(graph) {
    for (const hit of webhookHits(graph, { AuthorizationPolicy: judge })) yield { ...hit, severity: 'info' };
  },
} satisfies Rule;
