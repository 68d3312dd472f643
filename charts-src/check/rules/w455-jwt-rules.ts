import type { Rule } from '../rule.ts';
import { jwtRules as judge } from '../validation/jwt-rules.ts';
import { webhookHits } from '../validation/webhook-hits.ts';

/** Rules without issuer, and sets of keys that are none or hold private keys. */
export const jwtRules = {
  code: 'W455',
  name: 'jwt-rules',
  severity: 'error',
  summary: 'A rule for JWTs is refused, or gives its private key away.',
  also: ['IST0106', 'IST0133'],
  reads: ['RequestAuthentication'],
  check: (graph) => webhookHits(graph, { RequestAuthentication: judge }),
} satisfies Rule;
