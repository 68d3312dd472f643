import { describe, expect, test } from 'vitest';
import type { TrafficModel } from '../../charts-src/canary/analysis/simulate-traffic.ts';
import { BUSY, errorAnalysis, play, QUIET, upperBound, weft, type Outcome } from './played-run.ts';
import { flagger, mannWhitney } from './rival-judges.ts';

/** Runs of a cell; each has a seed of its own, so that any can be played again. */
const RUNS = Number(process.env['WEFT_SIMULATED_RUNS'] ?? 2_000);
const SEED = 20_261_127;
const TIMEOUT_MS = 300_000;
/** Rivals are shown on the first runs of each cell only: nothing is asked of them. */
const JUDGES = { weft: weft(errorAnalysis()), flagger, 'mann-whitney': mannWhitney };

const OUTAGE = { errorRate: 0.03, ms: 60_000 };
const BURSTS = { burst: 5 };
const ONE_PERCENT = { errorRate: { stable: 0.01, canary: 0.01 } };
const SCATTERED = { scrapes: 'scattered' } as const;

/** Both versions are the same. */
const NO_DIFFERENCE: readonly (readonly [name: string, model: TrafficModel])[] = [
  ['50 rps, a day curve, 1 % fail', { ...QUIET, ...ONE_PERCENT, wave: 0.7 }],
  ['500 rps, a day curve, 0.1 % fail', { ...BUSY, wave: 0.7 }],
  ['50 rps on 2+2 pods, an outage of both', { ...QUIET, outage: OUTAGE }],
  ['500 rps on 8+8 pods, an outage of both', { ...BUSY, outage: OUTAGE }],
  ['500 rps on 8+8 pods, an outage, scrapes scattered', { ...BUSY, ...SCATTERED, outage: OUTAGE }],
  ['50 rps, 1 % fail in bursts of 5', { ...QUIET, ...ONE_PERCENT, ...BURSTS }],
  ['500 rps, 1 % fail in bursts of 5', { ...BUSY, ...ONE_PERCENT, ...BURSTS }],
  ['500 rps, 0.1 % fail in bursts of 5', { ...BUSY, ...BURSTS }],
  [
    '500 rps, 0.3 % fail in bursts of 10, on any pod',
    { ...BUSY, errorRate: { stable: 0.003, canary: 0.003 }, burst: 10, burstsAt: 'arm' },
  ],
];

const rows: string[] = [];

function report(name: string, outcomes: Readonly<Record<string, Outcome>>): void {
  const cells = Object.values(outcomes).map(({ bad, runs, median }) => {
    const share = `${((100 * bad) / runs).toFixed(1)} %`.padStart(7);
    return `${share} ${(median === null ? '' : `${median} s`).padStart(6)}`;
  });
  rows.push(`${name.padEnd(52)}${cells.join(' |')}`);
}

describe(`${RUNS} simulated runs a cell, seeds from ${SEED}`, () => {
  test.each(NO_DIFFERENCE)('%s: at most one in a hundred is rolled back', { timeout: TIMEOUT_MS }, (name, model) => {
    const outcomes = play(model, JUDGES, { runs: RUNS, seed: SEED });
    report(name, outcomes);
    expect(outcomes.weft.bad / RUNS).toBeLessThanOrEqual(0.01);
    if (RUNS >= 2_000) expect(upperBound(outcomes.weft.bad, RUNS)).toBeLessThanOrEqual(0.016);
  });

  test('50 rps, 0.1 to 0.9 %: 99 % found, half of them within 120 s', { timeout: TIMEOUT_MS }, () => {
    const outcomes = play({ ...QUIET, errorRate: { stable: 0.001, canary: 0.009 } }, JUDGES, {
      runs: RUNS,
      seed: SEED,
    });
    report('50 rps, 0.1 to 0.9 %', outcomes);
    expect(outcomes.weft.bad / RUNS).toBeGreaterThanOrEqual(0.99);
    expect(outcomes.weft.median).toBeLessThanOrEqual(120);
  });

  test('500 rps, 0.1 to 10 %: found in the first scrape', { timeout: TIMEOUT_MS }, () => {
    const outcomes = play({ ...BUSY, errorRate: { stable: 0.001, canary: 0.1 } }, JUDGES, { runs: RUNS, seed: SEED });
    report('500 rps, 0.1 to 10 %', outcomes);
    expect(outcomes.weft.bad).toBe(RUNS);
    expect(outcomes.weft.median).toBe(15);
    expect(outcomes.weft.within(15) / RUNS).toBeGreaterThanOrEqual(0.95);
  });

  test('the table', () => {
    const head = `${'rolled back, and when half of the runs were'.padEnd(52)}${Object.keys(JUDGES)
      .map((name) => name.padStart(14))
      .join(' |')}`;
    console.info([head, ...rows].join('\n'));
    expect(rows).toHaveLength(NO_DIFFERENCE.length + 2);
  });
});
