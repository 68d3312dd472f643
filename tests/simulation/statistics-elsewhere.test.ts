import { describe, expect, test } from 'vitest';
import type { TrafficModel, TrafficStep } from '../../charts-src/canary/analysis/simulate-traffic.ts';
import { BUSY, errorAnalysis, play, QUIET, upperBound, weft } from './played-run.ts';

/** Far from the cells that the numbers were looked at with: nothing may depend on those. */
const RUNS = Number(process.env['WEFT_SIMULATED_RUNS'] ?? 400);
const SEED = 31_415_926;
const TIMEOUT_MS = 120_000;
const JUDGES = { weft: weft(errorAnalysis()) };

const plan = (seconds: number, ...shares: number[]): readonly TrafficStep[] =>
  shares.map((share) => ({ share, ms: seconds * 1_000 }));
const TENTHS = plan(60, 0.1, 0.2, 0.3, 0.4, 0.5);
const failing = (errorRate: number) => ({ errorRate: { stable: errorRate, canary: errorRate } });
const SCATTERED = { scrapes: 'scattered' } as const;

const NO_DIFFERENCE: readonly {
  readonly name: string;
  readonly model: TrafficModel;
  readonly steps: readonly TrafficStep[];
}[] = [
  { name: 'a canary of 1 % for ten minutes', model: { ...BUSY, ...failing(0.005) }, steps: plan(600, 0.01) },
  { name: 'a canary of 1 %, bursts of 8', model: { ...BUSY, ...failing(0.005), burst: 8 }, steps: plan(600, 0.01) },
  {
    name: 'a canary of 1 %, an outage, scrapes scattered',
    model: { ...BUSY, ...SCATTERED, outage: { errorRate: 0.03, ms: 60_000 } },
    steps: plan(300, 0.01),
  },
  {
    name: 'steps of 5, 25, 50 and 75 %',
    model: { ...QUIET, ...failing(0.02) },
    steps: plan(120, 0.05, 0.25, 0.5, 0.75),
  },
  {
    name: 'one pod of each, bursts of 10',
    model: { ...QUIET, ...failing(0.01), pods: { stable: 1, canary: 1 }, burst: 10 },
    steps: TENTHS,
  },
  {
    name: 'one canary pod beside eight, bursts of 5',
    model: { ...BUSY, ...failing(0.003), pods: { stable: 8, canary: 1 }, burst: 5 },
    steps: TENTHS,
  },
  {
    name: 'eight canary pods beside one, bursts of 5 on any of them',
    model: { ...BUSY, ...failing(0.003), pods: { stable: 1, canary: 8 }, burst: 5, burstsAt: 'arm' },
    steps: TENTHS,
  },
  { name: 'bursts of 2', model: { ...QUIET, ...failing(0.01), burst: 2 }, steps: TENTHS },
  { name: 'bursts of 20 on one pod', model: { ...BUSY, ...failing(0.01), burst: 20 }, steps: TENTHS },
  {
    name: 'bursts of 5, scraped each 5 s',
    model: { ...QUIET, ...failing(0.01), burst: 5, scrapeMs: 5_000 },
    steps: TENTHS,
  },
  {
    name: 'bursts of 5, scraped each 30 s, scattered',
    model: { ...BUSY, ...SCATTERED, ...failing(0.01), burst: 5, scrapeMs: 30_000 },
    steps: TENTHS,
  },
  {
    name: 'all requests fail for 40 s, scrapes scattered',
    model: { ...BUSY, ...SCATTERED, outage: { errorRate: 1, ms: 40_000 } },
    steps: TENTHS,
  },
  {
    name: 'all requests fail for 40 s on one pod of each',
    model: { ...QUIET, ...SCATTERED, pods: { stable: 1, canary: 1 }, outage: { errorRate: 1, ms: 40_000 } },
    steps: TENTHS,
  },
  { name: '5 requests a second', model: { ...QUIET, ...failing(0.02), requestsPerSecond: 5 }, steps: TENTHS },
  {
    name: '5,000 requests a second, a day curve, scrapes scattered',
    model: { ...BUSY, ...SCATTERED, ...failing(0.002), requestsPerSecond: 5_000, wave: 0.7 },
    steps: TENTHS,
  },
  {
    name: 'twenty minutes at 50 %, bursts of 3',
    model: { ...QUIET, ...failing(0.003), burst: 3 },
    steps: plan(1_200, 0.5),
  },
];

describe(`${RUNS} simulated runs a cell, seeds from ${SEED}`, () => {
  test.each(NO_DIFFERENCE)(
    '$name: no more rolled back than the plan allows',
    { timeout: TIMEOUT_MS },
    ({ name, model, steps }) => {
      const { weft: outcome } = play(model, JUDGES, { runs: RUNS, seed: SEED, steps });
      console.info(
        `${name}: ${outcome.bad} of ${RUNS} rolled back, at most ${(100 * upperBound(outcome.bad, RUNS)).toFixed(1)} %`,
      );
      // What a true rate of 1 % shows at most, in all but one of a thousand such cells.
      expect(outcome.bad).toBeLessThanOrEqual(0.01 * RUNS + 3.1 * Math.sqrt(0.01 * 0.99 * RUNS));
    },
  );

  test.each<{ name: string; model: TrafficModel; steps?: readonly TrafficStep[]; found: number; within: number }>([
    {
      name: 'a canary that turns bad after 150 s',
      model: { ...BUSY, errorRate: { stable: 0.001, canary: 0.02 }, canaryTurnsAtMs: 150_000 },
      found: 0.99,
      within: 240,
    },
    {
      name: 'a canary that turns bad after 15 minutes',
      model: { ...QUIET, errorRate: { stable: 0.001, canary: 0.02 }, canaryTurnsAtMs: 900_000 },
      steps: plan(1_200, 0.5),
      found: 0.99,
      within: 1_020,
    },
    {
      name: 'twice as many failures at 5,000 requests a second',
      model: { ...BUSY, requestsPerSecond: 5_000, errorRate: { stable: 0.001, canary: 0.002 } },
      found: 0.99,
      within: 240,
    },
    {
      name: 'every request to a canary of 1 % fails',
      model: { ...BUSY, errorRate: { stable: 0.001, canary: 1 } },
      steps: plan(300, 0.01),
      found: 0.99,
      within: 45,
    },
    {
      name: 'ten times as many failures, in bursts of 5',
      model: { ...BUSY, errorRate: { stable: 0.001, canary: 0.01 }, burst: 5 },
      found: 0.9,
      within: 300,
    },
  ])('$name is found', { timeout: TIMEOUT_MS }, ({ name, model, steps, found, within }) => {
    const { weft: outcome } = play(model, JUDGES, { runs: RUNS, seed: SEED, steps: steps ?? TENTHS });
    console.info(
      `${name}: ${outcome.bad} of ${RUNS} found, ${outcome.within(within)} within ${within} s, half within ${outcome.median ?? '-'} s`,
    );
    expect(outcome.within(within) / RUNS).toBeGreaterThanOrEqual(found);
  });
});
