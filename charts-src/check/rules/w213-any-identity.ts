import { actionOf } from '../../graph/policies.ts';
import { isIdentityAttribute, isTokenAttribute, rulesOf, type Condition } from '../authorization-conditions.ts';
import type { Rule } from '../rule.ts';

/** "Any identity" is every workload of the mesh, also those that a team knows nothing about. */
export const anyIdentity = {
  code: 'W213',
  name: 'any-identity',
  severity: 'warning',
  summary: 'An ALLOW policy lets in every workload of the mesh.',
  reads: ['AuthorizationPolicy'],
  *check(graph) {
    for (const policy of graph.of('AuthorizationPolicy')) {
      if (actionOf(policy) !== 'ALLOW') continue;
      for (const { from, when } of rulesOf(policy)) {
        // What a token or another condition narrows is more than an identity.
        const narrowed = when.filter((condition) => !isIdentityAttribute(condition.attribute));
        for (const source of from.length > 0 ? from : [[]]) {
          const asked = [...source, ...when];
          const who = asked.filter(({ attribute }) => isIdentityAttribute(attribute));
          if (who.length === 0 || !who.every(isAnybody) || narrowed.length > 0) continue;
          if (asked.some(({ attribute }) => isTokenAttribute(attribute) || attribute.endsWith('.ip'))) continue;
          const [first] = who;
          const index = first?.values.findIndex(coversEverybody) ?? 0;
          if (first === undefined) continue;
          yield {
            manifest: policy.manifest,
            at: [...first.at, index],
            message: `"${first.values[index] ?? ''}" is every identity of the mesh: any workload, of any team and namespace, gets in`,
            fix: `name the callers: cluster.local/ns/<namespace>/sa/<service account>`,
          };
        }
      }
    }
  },
} satisfies Rule;

const isAnybody = ({ values, notValues }: Condition): boolean => notValues.length === 0 && values.some(coversEverybody);

/** `*`, `cluster.local/*`, `cluster.local/ns/*`; a trust domain is the whole mesh too. */
const coversEverybody = (value: string): boolean =>
  value === '*' || /^[^/*]+\/(?:ns\/)?\*$/.test(value) || value === 'cluster.local';
