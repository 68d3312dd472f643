import { actionOf } from '../../graph/policies.ts';
import { closest } from '../../model/closest.ts';
import { rulesOf, workloadsOfPolicy } from '../authorization-conditions.ts';
import { listNames } from '../mesh-presence.ts';
import type { Rule } from '../rule.ts';

/** A policy asks for tokens of an issuer, and nothing there reads tokens of it: such a principal never comes. */
export const issuerUnknown = {
  code: 'W234',
  name: 'issuer-unknown',
  severity: 'error',
  summary: 'An AuthorizationPolicy names an issuer whose tokens no RequestAuthentication reads there.',
  reads: ['AuthorizationPolicy', 'RequestAuthentication'],
  *check(graph) {
    for (const policy of graph.of('AuthorizationPolicy')) {
      if (actionOf(policy) === 'CUSTOM') continue;
      const workloads = workloadsOfPolicy(graph, policy);
      const issuers = new Set(
        workloads.flatMap((workload) =>
          graph.requestAuthentications
            .for(workload)
            .flatMap(({ spec }) => (spec.jwtRules ?? []).map(({ issuer }) => issuer ?? '')),
        ),
      );
      // Without any, no token is read at all, which is said by itself.
      if (issuers.size === 0) continue;
      for (const { all } of rulesOf(policy))
        for (const { attribute, values, at } of all)
          for (const [index, value] of values.entries()) {
            if ([...issuers].some((issuer) => mayBe(attribute, value, issuer))) continue;
            const named = attribute === 'request.auth.principal' ? value.replace(/\/[^/]*$/, '') : value;
            const meant = closest(named, [...issuers]);
            yield {
              manifest: policy.manifest,
              at: [...at, index],
              message: `"${value}" is of issuer "${named}", and the RequestAuthentications of these pods read tokens of ${listNames([...issuers].map((issuer) => `"${issuer}"`))} only: ${actionOf(policy) === 'DENY' ? 'nobody is refused' : 'nobody is let in'} by it`,
              fix: `write ${attribute === 'request.auth.principal' ? `"${meant ?? [...issuers][0] ?? ''}/${value.split('/').pop() ?? '*'}"` : `"${meant ?? [...issuers][0] ?? ''}"`}, or add the issuer to a RequestAuthentication`,
            };
          }
    }
  },
} satisfies Rule;

/** Whether a token of an issuer can have what is asked for; what asks for something else than the issuer counts as yes. */
function mayBe(attribute: string, value: string, issuer: string): boolean {
  if (attribute === 'request.auth.claims[iss]') return value.includes('*') || value === issuer;
  if (attribute !== 'request.auth.principal' || value.startsWith('*')) return true;
  const start = `${issuer}/`;
  if (!value.endsWith('*')) return value.startsWith(start);
  const prefix = value.slice(0, -1);
  return start.startsWith(prefix) || prefix.startsWith(start);
}
