import { actionOf } from '../../graph/policies.ts';
import { rulesOf, workloadsOfPolicy, type Condition } from '../authorization-conditions.ts';
import { isForGateway } from '../gateway-policies.ts';
import type { Rule } from '../rule.ts';

/** A rule that asks nothing: with it, the policy allows everything to everybody. */
export const allowAllRule = {
  code: 'W212',
  name: 'allow-all-rule',
  severity: 'warning',
  summary: 'A rule of an ALLOW policy has no condition, so it allows every request.',
  reads: ['AuthorizationPolicy'],
  *check(graph) {
    for (const policy of graph.of('AuthorizationPolicy')) {
      // The front door is open on purpose; who stands behind it has rules of his own.
      if (actionOf(policy) !== 'ALLOW' || isForGateway(policy, workloadsOfPolicy(graph, policy))) continue;
      for (const { at, from, to, when, rule } of rulesOf(policy)) {
        if (!anyIsOpen(from) || !anyIsOpen(to) || !when.every(isAlwaysTrue)) continue;
        const isEmpty = Object.keys(rule).length === 0;
        yield {
          manifest: policy.manifest,
          at,
          message: isEmpty
            ? 'the rule {} matches every request: everybody may do everything, whatever the other rules say'
            : 'all conditions of this rule hold for every request: everybody may do everything, whatever the other rules say',
          fix: 'name the callers (from.source.principals) and what they may do (to.operation); to deny everything write "spec: {}" without rules',
        };
      }
    }
  },
} satisfies Rule;

const anyIsOpen = (alternatives: readonly (readonly Condition[])[]): boolean =>
  alternatives.length === 0 || alternatives.some((conditions) => conditions.every(isAlwaysTrue));

/** Whether a condition holds for every request of an HTTP port. */
function isAlwaysTrue({ attribute, values, notValues }: Condition): boolean {
  if (notValues.length > 0) return false;
  if (['request.host', 'request.method', 'request.path'].includes(attribute))
    return values.some(
      (value) => value === '*' || (attribute === 'request.path' && (value === '/*' || value === '/{**}')),
    );
  if (attribute === 'source.ip' || attribute === 'remote.ip') return values.includes('0.0.0.0/0');
  return false;
}
