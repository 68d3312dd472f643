import { formatPath } from '../../model/schema.ts';
import { coveredRules } from '../covered-matches.ts';
import type { Rule } from '../rule.ts';

/** One of several matches of a rule gets no request, because what stands before it takes them all. */
export const matchIneffective = {
  code: 'W121',
  name: 'match-ineffective',
  severity: 'info',
  summary: 'A match of a rule gets no request, because matches before it take them all.',
  also: [],
  reads: ['VirtualService'],
  *check(graph) {
    for (const { covered, isUnreachable, protocol } of coveredRules(graph)) {
      if (isUnreachable) continue;
      for (const { place, by, likeness, isSameRule } of covered)
        yield {
          manifest: place.virtualService.manifest,
          at: place.at,
          // The same rule would act anyway; of another rule something else was expected.
          severity: isSameRule ? 'info' : 'warning',
          also: likeness === 'same match' || likeness === 'longer prefix' ? ['IST0131'] : [],
          message: `${formatPath(by.at)} takes every ${protocol === 'http' ? 'request' : 'connection'} that this match asks for${isSameRule ? '' : ', and leads to another rule'}`,
          fix: isSameRule ? 'take this match out' : 'put the rule with the more specific match first, or take it out',
        };
    }
  },
} satisfies Rule;
