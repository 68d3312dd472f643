import { actionOf } from '../../graph/policies.ts';
import { isTokenAttribute, rulesOf, workloadsOfPolicy } from '../authorization-conditions.ts';
import type { Rule } from '../rule.ts';

/** A policy asks for what a token says, and nothing reads tokens there. */
export const tokenNeverChecked = {
  code: 'W231',
  name: 'token-never-checked',
  severity: 'warning',
  summary: 'An AuthorizationPolicy asks for a token, but no RequestAuthentication reads tokens there.',
  reads: ['AuthorizationPolicy', 'RequestAuthentication'],
  *check(graph) {
    for (const policy of graph.of('AuthorizationPolicy')) {
      if (actionOf(policy) === 'CUSTOM') continue;
      const condition = rulesOf(policy)
        .flatMap(({ all }) => all)
        .find(({ attribute }) => isTokenAttribute(attribute));
      if (condition === undefined) continue;
      const blind = workloadsOfPolicy(graph, policy).find(
        (workload) => graph.requestAuthentications.for(workload).length === 0,
      );
      if (blind === undefined) continue;
      const isPositive = condition.values.length > 0;
      const denies = actionOf(policy) === 'DENY';
      yield {
        manifest: policy.manifest,
        at: isPositive ? condition.at : condition.notAt,
        message: `no RequestAuthentication among these files is about ${blind.kind} ${blind.name}: without one no token is read, and ${
          isPositive
            ? denies
              ? 'nobody is refused'
              : 'nobody is let in'
            : denies
              ? 'everybody is refused'
              : 'everybody is let in'
        } by this condition`,
        fix: `add a RequestAuthentication with the issuer and its keys for the same pods in ${blind.namespace}`,
      };
    }
  },
} satisfies Rule;
