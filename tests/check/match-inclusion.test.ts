import fc from 'fast-check';
import { expect, test } from 'vitest';
import { httpCovers, takesEverything } from '../../charts-src/check/match-inclusion.ts';
import { pathSet, setCovers, setsAreDisjoint, textSet } from '../../charts-src/check/string-set.ts';
import {
  proxyMiss,
  requestMiss,
  type ComparedRequest,
  type MatchingProxy,
} from '../../charts-src/explain/match-request.ts';
import { stringMatches } from '../../charts-src/explain/string-match.ts';
import type { HTTPMatchRequest, StringMatch } from '../../charts-src/imports/istio.ts';

// Few letters, so that matches, and requests with them, meet often.
const paths = ['/', '/a', '/a/', '/a/b', '/A/b', '/ab', '/a/b/c', '/b', '/a.b'] as const;
const regexes = [
  '.*',
  '/.*',
  '/a.*',
  '/a/.*',
  '^/a/b$',
  '/a|/b',
  '/ab?',
  '/[ab]',
  '/a\\.b',
  '(?i)/A/b',
  '/a/b',
  '/a+',
  '.+',
] as const;
const values = ['', 'a', 'ab', 'b', 'A'] as const;
const valueRegexes = ['.*', 'a.*', 'a|b', 'ab?', '*', '.+', 'a'] as const;

const stringMatch = (texts: readonly string[], patterns: readonly string[]): fc.Arbitrary<StringMatch> =>
  fc.oneof(
    fc.constantFrom(...texts).map((exact) => ({ exact })),
    fc.constantFrom(...texts).map((prefix) => ({ prefix })),
    fc.constantFrom(...patterns).map((regex) => ({ regex })),
  );
const valueMatch = fc.oneof(stringMatch(values, valueRegexes), fc.constant<StringMatch>({}));
const entries = fc.dictionary(fc.constantFrom('x', 'y'), valueMatch, { maxKeys: 2 });
const labels = fc.dictionary(fc.constantFrom('app', 'tier'), fc.constantFrom('1', '2'), { maxKeys: 2 });
const GATEWAYS = ['mesh', 'edge/edge'] as const;

const FIELDS = {
  uri: stringMatch(paths, regexes),
  ignoreUriCase: fc.boolean(),
  method: stringMatch(['GET', 'POST'], ['G.*', '.*']),
  headers: entries,
  withoutHeaders: entries,
  queryParams: entries,
  port: fc.constantFrom(0, 80, 81),
  sourceLabels: labels,
  sourceNamespace: fc.constantFrom('', 'shop', 'web'),
  gateways: fc.subarray([...GATEWAYS]),
} satisfies { readonly [F in keyof HTTPMatchRequest]: fc.Arbitrary<HTTPMatchRequest[F]> };

/** With at most three fields: more are met by no request. */
const match: fc.Arbitrary<HTTPMatchRequest> = fc
  .tuple(fc.record(FIELDS), fc.subarray(Object.keys(FIELDS), { maxLength: 3 }))
  .map(([all, kept]) => Object.fromEntries(Object.entries(all).filter(([field]) => kept.includes(field))));

const request: fc.Arbitrary<ComparedRequest> = fc.record({
  path: fc.constantFrom(...paths, '/a/b/C', '/aa'),
  method: fc.constantFrom('GET', 'POST'),
  authority: fc.constant('orders'),
  scheme: fc.constant('http'),
  headers: fc.dictionary(fc.constantFrom('x', 'y'), fc.constantFrom(...values), { maxKeys: 2 }),
  query: fc
    .dictionary(fc.constantFrom('x', 'y'), fc.constantFrom(...values), { maxKeys: 2 })
    .map((query) => Object.entries(query)),
});

const proxy: fc.Arbitrary<MatchingProxy> = fc.record({
  gateway: fc.constantFrom(...GATEWAYS),
  namespace: fc.constantFrom('shop', 'web'),
  labels,
  port: fc.constantFrom(80, 81),
});

const takes = (one: HTTPMatchRequest, from: MatchingProxy, what: ComparedRequest): boolean =>
  proxyMiss(one, from, one.gateways ?? []) === undefined && requestMiss(one, what) === undefined;

/** Two of them, the second one mostly a narrower one: by chance alone few cover each other. */
const pair = fc
  .tuple(match, match, fc.boolean())
  .map(([one, more, isNarrower]) => [one, isNarrower ? { ...one, ...more } : more] as const);

const RUNS = 2_000;

const way = (one: HTTPMatchRequest) => ({ match: one, gateways: one.gateways ?? [] });

test('what a match covers is what it takes, whoever asks for whatever', () => {
  let covered = 0;
  let met = 0;
  fc.assert(
    fc.property(pair, fc.array(fc.tuple(proxy, request), { minLength: 40, maxLength: 40 }), ([one, other], calls) => {
      if (!httpCovers(way(one), way(other), GATEWAYS)) return;
      covered++;
      for (const [from, what] of calls)
        if (takes(other, from, what)) {
          met++;
          expect(takes(one, from, what)).toBe(true);
        }
    }),
    { numRuns: RUNS },
  );
  expect(covered).toBeGreaterThan(100);
  expect(met).toBeGreaterThan(200);
}, 60_000);

test('a match that takes everything does, from every proxy that uses it', () => {
  let met = 0;
  fc.assert(
    fc.property(match, proxy, request, (one, from, what) => {
      if (!takesEverything(one) || proxyMiss(one, from, one.gateways ?? []) !== undefined) return;
      met++;
      expect(requestMiss(one, what)).toBeUndefined();
    }),
    { numRuns: RUNS },
  );
  expect(met).toBeGreaterThan(20);
}, 60_000);

test('sets of texts hold what their matches accept', () => {
  fc.assert(
    fc.property(
      stringMatch(paths, regexes),
      stringMatch(paths, regexes),
      fc.boolean(),
      fc.boolean(),
      (one, other, a, b) => {
        const [left, right] = [pathSet(one, a), pathSet(other, b)];
        const [covers, disjoint] = [setCovers(left, right), setsAreDisjoint(left, right)];
        for (const path of [...paths, '/a/b/C', '/aa', '/A']) {
          const inOther = stringMatches(other, path, b);
          if (covers && inOther) expect(stringMatches(one, path, a)).toBe(true);
          if (disjoint) expect(inOther && stringMatches(one, path, a)).toBe(false);
        }
      },
    ),
    { numRuns: RUNS },
  );
});

test.each([
  ['a literal pattern is an exact text', { regex: '/a/b' }, { kind: 'exact', text: '/a/b', ignoresCase: false }],
  [
    'a pattern with a fixed start is a prefix',
    { regex: '^/a\\.b.*' },
    { kind: 'prefix', text: '/a.b', ignoresCase: false },
  ],
  ['presence is everything', { regex: '*' }, { kind: 'all' }],
  ['anything else stays a pattern', { regex: '/a(b|c)$' }, { kind: 'regex', text: '/a(b|c)', ignoresCase: false }],
] as const)('%s', (_, written, set) => {
  expect(textSet(written)).toEqual(set);
});
