import { actionOf } from '../../graph/policies.ts';
import { rulesOf } from '../authorization-conditions.ts';
import { show } from '../../model/schema.ts';
import type { Rule } from '../rule.ts';

/** "Allow everything but": what nobody thought of is allowed, and so is every other way to write the exception. */
export const negativeMatchInAllow = {
  code: 'W216',
  name: 'negative-match-in-allow',
  severity: 'warning',
  summary: 'An ALLOW policy says what it does not allow, so everything else gets in.',
  reads: ['AuthorizationPolicy'],
  *check(graph) {
    for (const policy of graph.of('AuthorizationPolicy')) {
      if (actionOf(policy) !== 'ALLOW') continue;
      for (const { all } of rulesOf(policy))
        for (const { attribute, values, notValues, notAt } of all) {
          const isPath = attribute === 'request.path';
          // With values beside them, negative ones only take something away; paths can be written in many ways.
          // "Not *" asks that there be nothing at all, which is as exact as a value.
          if (notValues.every((value) => value === '*') || (values.length > 0 && !isPath)) continue;
          const what = notValues.map(show).join(', ');
          yield {
            manifest: policy.manifest,
            at: notAt,
            message: isPath
              ? `everything but ${what} is allowed: what the application serves under another spelling, such as a trailing slash or an encoded letter, gets in as well`
              : `everything but ${what} is allowed, also whatever is added later`,
            fix: `list what is allowed, or refuse ${what} in a policy of its own with action DENY`,
          };
        }
    }
  },
} satisfies Rule;
