import type { RulePlace } from '../../graph/http-rules.ts';
import { formatPath } from '../../model/schema.ts';
import { coveredRules, type CoveredRule } from '../covered-matches.ts';
import type { Rule } from '../rule.ts';

/** What stands before a rule takes every request that it asks for: it never acts. Envoy takes the first match, not the best. */
export const ruleUnreachable = {
  code: 'W120',
  name: 'rule-unreachable',
  severity: 'warning',
  summary: 'A rule never acts, because the rules before it take all of its requests.',
  also: [],
  reads: ['VirtualService'],
  *check(graph) {
    for (const rule of coveredRules(graph)) {
      if (!rule.isUnreachable) continue;
      const [first] = rule.covered;
      if (first === undefined) continue;
      yield {
        manifest: rule.place.virtualService.manifest,
        at: rule.place.at,
        also: codesFor(rule),
        message: `this rule${rule.name === '' ? '' : ` "${rule.name}"`} never acts: ${placeText(first.by, rule.place)} takes every ${rule.protocol === 'http' ? 'request' : 'connection'} that it asks for, and comes first`,
        fix: 'put the more specific rule first, or take it out',
      };
    }
  },
} satisfies Rule;

/** Istio's validation has two messages for this, and gives one, both or none of them. */
function codesFor({ covered }: CoveredRule): readonly string[] {
  if (covered.some(({ likeness }) => likeness === 'after a rule without match')) return ['IST0130'];
  if (covered.every(({ likeness }) => likeness === 'same match')) return ['IST0130', 'IST0131'];
  return covered.some(({ likeness }) => likeness !== 'other') ? ['IST0131'] : [];
}

function placeText(by: RulePlace, from: RulePlace): string {
  const path = formatPath(by.at);
  return by.virtualService === from.virtualService
    ? path
    : `${path} of VirtualService ${by.virtualService.namespace}/${by.virtualService.name}`;
}
