import { describe, expect, test } from 'vitest';
import { allRules, familyOf } from '../all-rules.ts';
import type { Case, Corpus, Verdict } from './cases/corpus.ts';
import { definitions } from './cases/definitions.ts';
import { httpRoutes } from './cases/http-routes.ts';
import { listeners } from './cases/listeners.ts';
import { securityPolicies } from './cases/security-policies.ts';
import { serviceEntries } from './cases/service-entries.ts';
import { trafficPolicies } from './cases/traffic-policies.ts';
import { upstreamNames } from './cases/upstream-names.ts';
import { workloads } from './cases/workloads.ts';
import { findingsOf, istioObject } from './judged.ts';

// Istio's own tests of its validation, rebuilt as objects of our own: for each of its cases one that tests the same.
const corpora: readonly Corpus[] = [
  ...definitions,
  ...httpRoutes,
  ...trafficPolicies,
  ...serviceEntries,
  ...securityPolicies,
  ...workloads,
  ...listeners,
];
const rules = (await allRules()).filter((rule) => familyOf(rule) === '4');

function verdictOf({ kind }: Corpus, [, , spec, more]: Case): Verdict {
  const found = rules.flatMap((rule) => findingsOf(rule, istioObject(kind, spec, more)));
  if (found.some((place) => !/^(?:warning|info): /.test(place))) return 'invalid';
  return found.length > 0 ? 'warned' : 'valid';
}

const rows = corpora.flatMap((corpus) => corpus.cases.map((one) => ({ corpus, one })));
const judgedRows = rows.filter(({ one }) => typeof one[1] === 'string');

describe('cases of Istio', () => {
  test.each(judgedRows.map((row) => [`${row.corpus.of}: ${row.one[0]}`, row] as const))('%s', (_, { corpus, one }) => {
    expect(verdictOf(corpus, one)).toBe(one[1]);
  });
});

test('none is missing', () => {
  const ours: Record<string, string[]> = {};
  for (const { corpus, one } of rows) (ours[corpus.of] ??= []).push(one[0]);
  const sorted = (names: readonly string[] = []) => [...names].sort();
  for (const [of, names] of Object.entries(upstreamNames)) expect(sorted(ours[of]), of).toEqual(sorted(names));
  expect(Object.keys(ours).sort()).toEqual(Object.keys(upstreamNames).sort());
  const count = (verdict: string) => rows.filter(({ one }) => one[1] === verdict).length;
  console.log(
    `${rows.length} cases of Istio's validation: ${count('valid')} valid, ${count('warned')} warned, ${count('invalid')} refused, ` +
      `${rows.length - judgedRows.length} cannot be judged here`,
  );
  for (const { corpus, one } of rows)
    if (typeof one[1] === 'object') console.log(`  ${corpus.of}: ${one[0]}: ${one[1].notJudged}`);
  expect(judgedRows.length).toBeGreaterThan(700);
});
