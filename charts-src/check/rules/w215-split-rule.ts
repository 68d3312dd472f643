import { actionOf } from '../../graph/policies.ts';
import { rulesOf, type RuleConditions } from '../authorization-conditions.ts';
import type { Rule } from '../rule.ts';

/** `- from` and `- to` as two rules: either is enough, so everybody may do what `to` says, and the callers everything. */
export const splitRule = {
  code: 'W215',
  name: 'split-rule',
  severity: 'warning',
  summary: 'Callers and operations of an ALLOW policy stand in two rules, of which one is enough.',
  reads: ['AuthorizationPolicy'],
  *check(graph) {
    for (const policy of graph.of('AuthorizationPolicy')) {
      if (actionOf(policy) !== 'ALLOW') continue;
      const rules = rulesOf(policy);
      for (const [index, rule] of rules.entries()) {
        const next = rules[index + 1];
        if (next === undefined) break;
        const operations =
          hasOnlyFrom(rule) && hasOnlyTo(next) ? next : hasOnlyTo(rule) && hasOnlyFrom(next) ? rule : undefined;
        if (operations === undefined || isForProbes(operations)) continue;
        yield {
          manifest: policy.manifest,
          at: operations.at,
          message:
            'this rule has no "from" and the one beside it no "to": rules are alternatives, so anybody may do what is written here, and the callers there may do everything',
          fix: 'make one rule of both: put "to" under the same dash as "from"',
        };
        break;
      }
    }
  },
} satisfies Rule;

const hasOnlyFrom = ({ from, to, when }: RuleConditions): boolean =>
  from.length > 0 && to.length === 0 && when.length === 0;
const hasOnlyTo = ({ from, to, when }: RuleConditions): boolean =>
  to.length > 0 && from.length === 0 && when.length === 0;

/** What everybody may ask on purpose: is it up, what does it measure. */
const PROBE =
  /^\/(?:[\w.-]+\/)*(?:health\w*|healthz|livez?|liveness|readyz?|readiness|metrics|version|ping|status|favicon\.ico|robots\.txt)(?:\/?\*)?$|^\/\.well-known\//i;

const isForProbes = ({ to }: RuleConditions): boolean =>
  to.every((operation) =>
    operation.some(
      ({ attribute, values }) =>
        attribute === 'request.path' && values.length > 0 && values.every((path) => PROBE.test(path)),
    ),
  );
