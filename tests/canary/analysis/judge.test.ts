import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { AnalysisFile } from '../../../charts-src/canary/analysis/analysis-file.ts';
import { judge, recompute } from '../../../charts-src/canary/analysis/judge.ts';
import type { Reading } from '../../../charts-src/canary/analysis/sample.ts';
import type { VerdictRecord } from '../../../charts-src/canary/analysis/verdict.ts';
import { afterLooks, analysisOf, errors, latency, repeated, silence, values, type PlannedLook } from './looks.ts';

const ERRORS: AnalysisFile = { metrics: [{ name: 'm', errors: {} }] };
const THRESHOLD: AnalysisFile = { metrics: [{ name: 'm', errors: { minimum: 0.99, window: '60s', failureLimit: 2 } }] };
const LATENCY: AnalysisFile = { metrics: [{ name: 'm', latency: {} }] };
const TARGET: AnalysisFile = { metrics: [{ name: 'm', latency: { quantile: 0.99, maximum: '500ms' } }] };
const QUERY: AnalysisFile = {
  metrics: [{ name: 'm', query: { query: 'q', success: 'result[0] >= 0.95', failureLimit: 1, successes: 2 } }],
};

const calm = errors([75, 0], [675, 1]);
const broken = errors([75, 30], [675, 1]);
const outage = errors([75, 15], [675, 140]);
const idle = errors([0, 0], [750, 1]);
const quick = latency([80, 15, 4, 1], [720, 135, 36, 9]);
const slow = latency([10, 30, 40, 20], [720, 135, 36, 9]);
const bothSlow = latency([10, 30, 30, 30], [100, 300, 250, 250]);

interface Case {
  readonly name: string;
  readonly file: AnalysisFile;
  readonly looks: readonly PlannedLook[];
  readonly verdict: string;
  readonly why: RegExp;
}

const m = (count: number, reading: Reading, step = 0) => repeated(count, 'm', reading, step);

describe('the verdict', () => {
  test.each<Case>([
    // Failed requests, compared.
    {
      name: 'nothing yet',
      file: ERRORS,
      looks: [{ readings: {} }],
      verdict: 'no-evidence',
      why: /m: nothing was measured yet/,
    },
    ...['constructor', '__proto__', 'toString'].map((name): Case => ({
      name: `a metric called ${name} that never answers`,
      file: { metrics: [{ name, errors: {} }] },
      looks: [...repeated(3, name, silence), { readings: {} }, ...repeated(1, name, silence)],
      verdict: 'no-evidence',
      why: /no answer 4 times in a row: ask Prometheus: no answer/,
    })),
    {
      name: 'no request to the canary',
      file: ERRORS,
      looks: m(20, idle),
      verdict: 'no-evidence',
      why: /no requests to compare in this step: canary no requests failed, stable 20 of 15,000 requests \(0.13 %\)/,
    },
    {
      name: 'no request at all',
      file: ERRORS,
      looks: m(4, errors([0, 0], [0, 0])),
      verdict: 'no-evidence',
      why: /no requests/,
    },
    {
      name: 'too few requests',
      file: ERRORS,
      looks: m(2, calm),
      verdict: 'undecided',
      why: /too little to tell: canary 0 of 150 requests \(0 %\) failed/,
    },
    {
      name: 'enough without a sign of harm',
      file: ERRORS,
      looks: m(5, calm),
      verdict: 'good',
      why: /no sign of harm in 375 requests of this step, which is what the plan asks for/,
    },
    {
      name: 'enough, but only over several steps',
      file: ERRORS,
      looks: [...m(3, calm, 0), ...m(3, calm, 1)],
      verdict: 'undecided',
      why: /too little to tell/,
    },
    {
      name: 'without a clean hold only a comparison counts',
      file: { ...ERRORS, cleanHold: false },
      looks: m(5, calm),
      verdict: 'undecided',
      why: /too little to tell/,
    },
    {
      name: 'surely below the tolerated ratio',
      file: { ...ERRORS, cleanHold: false },
      looks: m(40, errors([375, 4], [375, 4])),
      verdict: 'good',
      why: /surely fails less than (1|1\.25|1\.5|2) times as often/,
    },
    {
      name: 'many more failures',
      file: ERRORS,
      looks: m(4, broken),
      verdict: 'bad',
      why: /fails more often: canary 120 of 300 requests \(40 %\) failed, stable 4 of 2,700 requests \(0.15 %\) failed|fails more often: canary 120 of 300/,
    },
    {
      name: 'and a little later it is still bad',
      file: ERRORS,
      looks: [...m(4, broken), ...m(20, calm, 1)],
      verdict: 'bad',
      why: /fails more often/,
    },
    {
      name: 'a sign of harm is no clean hold',
      file: ERRORS,
      looks: [...m(5, calm), ...m(2, errors([75, 2], [675, 0]))],
      verdict: 'undecided',
      why: /it looks worse, and may still be chance/,
    },
    {
      name: 'one burst is no proof',
      file: ERRORS,
      looks: [...m(5, calm), ...m(1, errors([75, 40], [675, 0]))],
      verdict: 'undecided',
      why: /may still be chance/,
    },
    {
      name: 'an outage of both',
      file: ERRORS,
      looks: [...m(5, calm), ...m(2, outage)],
      verdict: 'both-bad',
      why: /the stable version fails itself: 140 of 675 requests \(21 %\) in the last look, the canary 15 of 75/,
    },
    {
      name: 'an outage that is over',
      file: ERRORS,
      looks: [...m(5, calm), ...m(2, outage), ...m(1, calm)],
      verdict: 'good',
      why: /no sign of harm/,
    },
    {
      name: 'an outage hides no proof',
      file: ERRORS,
      looks: [...m(4, broken), ...m(1, outage)],
      verdict: 'bad',
      why: /fails more often/,
    },
    {
      name: 'bothBad: false',
      file: { ...ERRORS, bothBad: false },
      looks: [...m(5, calm), ...m(2, outage)],
      verdict: 'good',
      why: /no sign of harm/,
    },
    {
      name: 'requests that reached no pod',
      file: ERRORS,
      looks: [
        ...m(4, calm),
        ...m(
          1,
          errors([75, 0], [675, 0], [{ requests: 80 }, { flags: 'NC', requests: 5 }, { flags: 'UO', requests: 0 }]),
        ),
      ],
      verdict: 'both-bad',
      why: /85 of 835 requests reached no pod \(NC 5, UH 80\): they have no version/,
    },
    {
      name: 'the same, at the user’s word',
      file: { ...ERRORS, unattributed: { share: 0.01, requests: 1, then: 'bad' } },
      looks: [...m(4, calm), ...m(1, errors([75, 0], [675, 0], [{ requests: 80 }]))],
      verdict: 'bad',
      why: /reached no pod/,
    },
    {
      name: 'the same, only counted',
      file: { ...ERRORS, unattributed: false },
      looks: m(5, errors([75, 0], [675, 0], [{ requests: 80 }])),
      verdict: 'good',
      why: /no sign of harm/,
    },
    {
      name: 'over budget',
      file: { ...ERRORS, errorBudget: { objective: 0.999, requests: 100_000, share: 0.1 } },
      looks: m(1, errors([75, 12], [675, 0])),
      verdict: 'bad',
      why: /cost 12 failed requests beyond the stable arm's rate; the plan allows 10 \(10 % of the error budget\)/,
    },
    {
      name: 'within budget',
      file: { ...ERRORS, errorBudget: { objective: 0.999, requests: 100_000, share: 0.2 } },
      looks: m(1, errors([75, 12], [675, 0])),
      verdict: 'undecided',
      why: /m: /,
    },
    {
      name: 'a shared fault costs no budget',
      file: { ...ERRORS, bothBad: false, errorBudget: { objective: 0.999, requests: 1_000, share: 1 } },
      looks: m(5, outage),
      verdict: 'good',
      why: /m: /,
    },
    // A metric that does not answer.
    {
      name: 'one look without an answer',
      file: ERRORS,
      looks: [...m(5, calm), ...m(1, silence)],
      verdict: 'good',
      why: /no sign of harm/,
    },
    {
      name: 'too many looks without an answer',
      file: ERRORS,
      looks: [...m(5, calm), ...m(4, silence)],
      verdict: 'no-evidence',
      why: /no answer 4 times in a row: ask Prometheus: no answer/,
    },
    {
      name: 'what it said before does not count any more',
      file: ERRORS,
      looks: [...m(4, broken), ...m(4, silence), ...m(1, calm)],
      verdict: 'undecided',
      why: /canary 0 of 75 requests/,
    },
    {
      name: 'an answer of another kind',
      file: ERRORS,
      looks: m(1, values(1)),
      verdict: 'no-evidence',
      why: /nothing was measured yet/,
    },
    {
      name: 'nothing counts in the initial delay',
      file: { ...ERRORS, initialDelay: '60s' },
      looks: m(4, broken),
      verdict: 'good',
      why: /no sign of harm/,
    },
    {
      name: 'stuck',
      file: { ...ERRORS, inconclusiveLimit: 2, cleanHold: false },
      looks: m(3, calm),
      verdict: 'undecided',
      why: /too little/,
    },
    // Failed requests, fixed limit.
    {
      name: 'fixed limit: no request',
      file: THRESHOLD,
      looks: m(2, idle),
      verdict: 'no-evidence',
      why: /no requests reached the canary in the window/,
    },
    {
      name: 'fixed limit: kept',
      file: THRESHOLD,
      looks: m(2, calm),
      verdict: 'good',
      why: /at least 99 % succeeded: 0 of 150 requests \(0 %\) of the canary failed in 60 s/,
    },
    {
      name: 'fixed limit: missed within what may be',
      file: THRESHOLD,
      looks: [...m(2, calm), ...m(2, broken)],
      verdict: 'undecided',
      why: /below 99 %, look 2/,
    },
    {
      name: 'fixed limit: missed once too often',
      file: THRESHOLD,
      looks: m(3, broken),
      verdict: 'bad',
      why: /below 99 % in 3 looks, and the plan allows 2/,
    },
    {
      name: 'fixed limit: failed looks add up, good ones do not help',
      file: THRESHOLD,
      looks: [...m(2, broken), ...m(8, calm), ...m(1, broken)],
      verdict: 'bad',
      why: /in \d looks/,
    },
    {
      name: 'fixed limit: an outage of both counts too, as with Flagger',
      file: { ...THRESHOLD, bothBad: false },
      looks: m(3, outage),
      verdict: 'bad',
      why: /below 99 %/,
    },
    // Latency, compared.
    { name: 'latency: as quick', file: LATENCY, looks: m(5, quick), verdict: 'good', why: /no sign of being slower/ },
    { name: 'latency: too little', file: LATENCY, looks: m(2, quick), verdict: 'undecided', why: /too little to tell/ },
    {
      name: 'latency: slower',
      file: LATENCY,
      looks: m(8, slow),
      verdict: 'bad',
      why: /the canary is slower: 90 % of the canary's requests took longer than 10 ms, 20 % of the stable version's/,
    },
    {
      name: 'latency: perhaps slower',
      file: { ...LATENCY, burst: 1_000 },
      looks: m(2, latency([60, 30, 8, 2], [720, 135, 36, 9])),
      verdict: 'undecided',
      why: /m: (too little to tell|it looks slower)/,
    },
    {
      name: 'latency: slower by no more than tolerated',
      file: { metrics: [{ name: 'm', latency: { toleratedShift: 0.9 } }] },
      looks: m(8, slow),
      verdict: 'good',
      why: /no sign of being slower/,
    },
    {
      name: 'latency: both slow',
      file: LATENCY,
      looks: [...m(5, quick), ...m(5, bothSlow)],
      verdict: 'good',
      why: /no sign of being slower/,
    },
    {
      name: 'latency: nobody asks the canary',
      file: LATENCY,
      looks: m(5, latency([0, 0, 0, 0], [720, 135, 36, 9])),
      verdict: 'no-evidence',
      why: /no requests to compare/,
    },
    {
      name: 'latency: no buckets',
      file: LATENCY,
      looks: m(1, { type: 'latency', increments: [] }),
      verdict: 'no-evidence',
      why: /nothing was measured yet/,
    },
    // Latency, fixed limit.
    {
      name: 'target: within',
      file: TARGET,
      looks: m(5, latency([80, 20, 0, 0], [720, 180, 0, 0])),
      verdict: 'good',
      why: /within the limit: 0 % of the canary's requests took longer than 100 ms, and 1 % may/,
    },
    {
      name: 'target: too little',
      file: TARGET,
      looks: m(1, latency([80, 20, 0, 0], [720, 180, 0, 0])),
      verdict: 'undecided',
      why: /too little to tell/,
    },
    {
      name: 'target: missed',
      file: TARGET,
      looks: m(10, latency([40, 20, 20, 20], [720, 180, 0, 0])),
      verdict: 'bad',
      why: /the canary misses the limit/,
    },
    {
      name: 'target: missed by both',
      file: TARGET,
      looks: m(10, bothSlow),
      verdict: 'both-bad',
      why: /the stable version misses the limit too/,
    },
    {
      name: 'target: nobody asks the canary',
      file: TARGET,
      looks: m(5, latency([0, 0, 0, 0], [720, 180, 0, 0])),
      verdict: 'no-evidence',
      why: /no requests reached the canary/,
    },
    {
      name: 'target: no bucket is so small',
      file: { metrics: [{ name: 'm', latency: { quantile: 0.99, maximum: '5ms' } }] },
      looks: m(5, quick),
      verdict: 'no-evidence',
      why: /nothing was measured yet/,
    },
    // Checks.
    {
      name: 'check: passed as often as needed',
      file: QUERY,
      looks: m(2, values(0.99)),
      verdict: 'good',
      why: /passed 2 times in a row: result is \[0.99\]/,
    },
    {
      name: 'check: not yet',
      file: QUERY,
      looks: m(1, values(0.99)),
      verdict: 'undecided',
      why: /passed, 1 of 2 passes in a row/,
    },
    {
      name: 'check: failed as often as may be',
      file: QUERY,
      looks: [...m(2, values(0.99)), ...m(1, values(0.5))],
      verdict: 'undecided',
      why: /failed, 0 of 2/,
    },
    {
      name: 'check: failed once too often',
      file: QUERY,
      looks: m(2, values(0.5)),
      verdict: 'bad',
      why: /failed 2 of 2 times, and the plan allows 1: result is \[0.5\]/,
    },
    {
      name: 'check: an empty answer',
      file: QUERY,
      looks: [...m(2, values(0.99)), ...m(1, values())],
      verdict: 'no-evidence',
      why: /the answer was empty/,
    },
    {
      name: 'check: not a number',
      file: QUERY,
      looks: m(3, values(NaN)),
      verdict: 'undecided',
      why: /undecided, 0 of 2 passes in a row: result is \[NaN\]/,
    },
    {
      name: 'check: a command',
      file: { metrics: [{ name: 'm', command: { command: ['true'] } }] },
      looks: m(1, { type: 'answer', answer: 'passed', said: 'ok' }),
      verdict: 'good',
      why: /passed 1 times in a row: ok/,
    },
    {
      name: 'check: a command that fails',
      file: { metrics: [{ name: 'm', command: { command: ['false'] } }] },
      looks: m(1, { type: 'answer', answer: 'failed', said: 'no' }),
      verdict: 'bad',
      why: /failed 1 of 1/,
    },
    {
      name: 'check: only a failure is written',
      file: { metrics: [{ name: 'm', query: { query: 'q', failure: 'result[0] > 5' } }] },
      looks: m(1, values(1)),
      verdict: 'good',
      why: /passed/,
    },
    {
      name: 'check: neither success nor failure',
      file: { metrics: [{ name: 'm', query: { query: 'q', failure: 'result[0] > 5', success: 'result[0] < 3' } }] },
      looks: m(3, values(4)),
      verdict: 'undecided',
      why: /undecided/,
    },
    {
      name: 'check: the failure of two',
      file: { metrics: [{ name: 'm', query: { query: 'q', failure: 'result[0] > 5', success: 'result[0] < 3' } }] },
      looks: m(1, values(6)),
      verdict: 'bad',
      why: /failed 1/,
    },
  ])('$name: $verdict', ({ file, looks, verdict: expected, why }) => {
    const { verdict } = afterLooks(analysisOf(file), looks);
    expect(verdict.verdict).toBe(expected);
    expect(verdict.why).toMatch(why);
  });

  test('says that it is stuck after as many undecided looks as the plan allows', () => {
    const analysis = analysisOf({ ...ERRORS, inconclusiveLimit: 3, cleanHold: false });
    const stuck = (count: number) => afterLooks(analysis, m(count, calm)).verdict;
    expect(stuck(2)).toMatchObject({ verdict: 'undecided', stuck: false });
    expect(stuck(3)).toMatchObject({ verdict: 'undecided', stuck: true });
  });
});

describe('several metrics', () => {
  const TWO: AnalysisFile = {
    metrics: [
      { name: 'a', errors: {} },
      { name: 'b', query: { query: 'q', success: 'result[0] > 0' } },
    ],
  };
  const both = (a: Reading, b: Reading, count = 5) => Array.from({ length: count }, () => ({ readings: { a, b } }));

  test.each<{ name: string; a: Reading; b: Reading; verdict: string; why: RegExp }>([
    { name: 'all good', a: calm, b: values(1), verdict: 'good', why: /^a: no sign.*; b: passed/ },
    { name: 'one bad', a: broken, b: values(1), verdict: 'bad', why: /^a: the canary fails/ },
    { name: 'one bad, one silent', a: silence, b: values(0), verdict: 'bad', why: /^b: failed/ },
    { name: 'both arms bad, one good', a: outage, b: values(1), verdict: 'both-bad', why: /^a: the stable/ },
    { name: 'one good, one silent', a: calm, b: silence, verdict: 'no-evidence', why: /^b: no answer/ },
    { name: 'one undecided, one silent', a: errors([2, 0], [18, 0]), b: silence, verdict: 'no-evidence', why: /^b: / },
    { name: 'one undecided, one good', a: errors([2, 0], [18, 0]), b: values(1), verdict: 'undecided', why: /^a: / },
  ])('$name: $verdict', ({ a, b, verdict: expected, why }) => {
    const { verdict } = afterLooks(analysisOf(TWO), both(a, b));
    expect(verdict.verdict).toBe(expected);
    expect(verdict.why).toMatch(why);
    expect(verdict.metrics.map(({ metric }) => metric)).toEqual(['a', 'b']);
  });

  test('a dry run is looked at and reported, and has no say', () => {
    const file: AnalysisFile = {
      metrics: [
        { name: 'a', errors: {} },
        { name: 'b', dryRun: true, query: { query: 'q', success: 'result[0] > 0' } },
      ],
    };
    const { verdict } = afterLooks(analysisOf(file), both(calm, values(0)));
    expect(verdict.verdict).toBe('good');
    expect(verdict.metrics[1]).toMatchObject({ verdict: 'bad', dryRun: true });
    const onlyDry = afterLooks(
      analysisOf({ metrics: [{ name: 'a', dryRun: true, errors: {} }] }),
      both(broken, values(0)),
    );
    expect(onlyDry.verdict).toMatchObject({ verdict: 'good', why: 'every metric is a dry run' });
  });

  test('share the chance of a false alarm: failed requests get four fifths', () => {
    const { verdict } = afterLooks(analysisOf({ falseAlarm: 0.01 }), [
      { readings: { 'success-rate': calm, latency: quick } },
    ]);
    expect(verdict.metrics.map(({ figures }) => figures['goal'])).toEqual([125, 500]);
  });
});

describe('a record', () => {
  const reading = fc.oneof(
    fc
      .tuple(fc.nat(1_000), fc.nat(50), fc.nat(9_000), fc.nat(50))
      .map(([c, ce, s, se]) => errors([c + ce, ce], [s + se, se])),
    fc.constant(silence),
  );
  const buckets = fc.tuple(fc.nat(500), fc.nat(100), fc.nat(20), fc.nat(5));
  const look = fc.record({
    step: fc.nat(3),
    readings: fc.record({
      'success-rate': reading,
      latency: fc.tuple(buckets, buckets).map(([canary, stable]) => latency(canary, stable)),
      query: fc.array(fc.double(), { maxLength: 2 }).map((numbers) => values(...numbers)),
    }),
  });
  const analysis = analysisOf({
    metrics: [{ errors: {} }, { latency: {} }, { query: { query: 'q', success: 'result[0] > 1' } }],
  });

  test('gives the same verdict again, to the byte, after a journey as JSON', () => {
    fc.assert(
      fc.property(fc.array(look, { minLength: 1, maxLength: 8 }), (looks) => {
        const sorted = [...looks].sort((one, other) => one.step - other.step);
        const { evidence, verdict } = afterLooks(analysis, sorted);
        const record: VerdictRecord = {
          schemaVersion: 1,
          kind: 'CanaryVerdict',
          run: 'r1',
          at: '2026-11-27T00:00:00Z',
          analysis,
          evidence,
          verdict,
        };
        const travelled = JSON.parse(JSON.stringify(record)) as VerdictRecord; // it was one
        expect(JSON.stringify(recompute(travelled))).toBe(JSON.stringify(verdict));
        expect(JSON.stringify(recompute(travelled))).toBe(JSON.stringify(travelled.verdict));
      }),
      { seed: 20_261_127, numRuns: 150 },
    );
  });

  test('evidence goes on from where it was written down as if it had never been', () => {
    const looks = m(6, calm).map(({ readings }) => ({
      readings: { 'success-rate': readings['m'] ?? silence, latency: quick, query: values(2) },
    }));
    const { evidence } = afterLooks(analysis, looks);
    expect(JSON.parse(JSON.stringify(evidence))).toEqual(evidence);
    expect(JSON.stringify(evidence).length).toBeLessThan(8_000);
    expect(judge(analysis, evidence)).toEqual(afterLooks(analysis, looks).verdict);
  });
});
