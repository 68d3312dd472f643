import { expect, test } from 'vitest';
import { addSample } from '../../../charts-src/canary/analysis/add-sample.ts';
import type { Evidence } from '../../../charts-src/canary/analysis/evidence.ts';
import { judge } from '../../../charts-src/canary/analysis/judge.ts';
import { simulateTraffic } from '../../../charts-src/canary/analysis/simulate-traffic.ts';
import { seededRandom } from '../../../charts-src/canary/statistics/random.ts';
import { BUSY, errorAnalysis, play, QUIET, sampleOf, STEPS, weft } from '../../simulation/played-run.ts';

// A small part of what tests/simulation plays two thousand times.
test('a few dozen runs: bursts roll nobody back, a bad version is found at once', () => {
  const judges = { weft: weft(errorAnalysis()) };
  const bursts = play({ ...QUIET, errorRate: { stable: 0.01, canary: 0.01 }, burst: 5 }, judges, { runs: 40, seed: 1 });
  expect(bursts.weft.bad).toBeLessThanOrEqual(3);
  const bad = play({ ...BUSY, errorRate: { stable: 0.001, canary: 0.1 } }, judges, { runs: 40, seed: 1 });
  expect(bad.weft.median).toBe(15);
});

test('a canary costs no more of the error budget than the plan allows, and what fails in one scrape', () => {
  const allowed = 20;
  const analysis = errorAnalysis({
    // Nothing but the budget can call it bad.
    falseAlarm: 1e-300,
    errorBudget: { objective: 0.999, requests: 1_000_000, share: allowed / 1_000 },
  });
  const model = { ...QUIET, errorRate: { stable: 0.01, canary: 0.06 } };
  for (let seed = 0; seed < 30; seed += 1) {
    let evidence: Evidence | null = null;
    let excess = 0;
    let ofScrape = 0;
    for (const look of simulateTraffic(model, STEPS, seededRandom(seed))) {
      evidence = addSample(analysis, evidence, sampleOf(look), look.step);
      const canary = look.requests.filter(({ arm }) => arm === 'canary');
      ofScrape = canary.reduce((sum, { errors }) => sum + errors, 0);
      excess += ofScrape - 0.01 * canary.reduce((sum, { requests }) => sum + requests, 0);
      if (judge(analysis, evidence).verdict === 'bad') break;
    }
    expect(evidence && judge(analysis, evidence).verdict).toBe('bad');
    // The stable rate is known by its own failures only: three deviations of those are allowed for.
    expect(excess).toBeLessThan(allowed + ofScrape + 12);
  }
});
