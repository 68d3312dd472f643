import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { growth, growthOfEach, growthOfOne, shareAtOdds } from '../../../charts-src/canary/statistics/growth.ts';
import { logSum } from '../../../charts-src/canary/statistics/logarithms.ts';

const share = fc.double({ min: 0.001, max: 0.999, noNaN: true });
const ratio = fc.oneof(
  fc.double({ min: 0.02, max: 0.98, noNaN: true }),
  fc.double({ min: 1.02, max: 200, noNaN: true }),
);
const seed = 20_261_127;

/** What a bet is expected to leave of 1, when so many events fall on the canary with these chances. */
const expected = (chances: readonly number[], grown: (canary: number, stable: number) => number): number =>
  chances.reduce((sum, chance, canary) => sum + chance * Math.exp(grown(canary, chances.length - 1 - canary)), 0);

/** Chances of 0, 1 … of `events` that fall on the canary one by one. */
function coins(events: number, p: number): readonly number[] {
  let chances = [1];
  for (let event = 0; event < events; event += 1)
    chances = [...chances, 0].map((chance, hits) => chance * (1 - p) + (chances[hits - 1] ?? 0) * p);
  return chances;
}

describe('a bet against "no worse"', () => {
  test('is fair for events of one cause, whatever their number', () => {
    fc.assert(
      fc.property(share, ratio, fc.integer({ min: 1, max: 500 }), (p, by, events) => {
        const all = p * Math.exp(growthOfOne({ canary: events, stable: 0, share: p }, by));
        const none = (1 - p) * Math.exp(growthOfOne({ canary: 0, stable: events, share: p }, by));
        expect(all + none).toBeCloseTo(1, 9);
      }),
      { seed },
    );
  });

  test('is fair for events that depend on each other in any way, if the canary has its share in the mean', () => {
    const weights = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 2, maxLength: 12 });
    fc.assert(
      fc.property(weights, share, ratio, (given, p, by) => {
        const total = given.reduce((sum, weight) => sum + weight, 0);
        fc.pre(total > 0.01);
        const events = given.length - 1;
        const chances = given.map((weight) => weight / total);
        const mean = chances.reduce((sum, chance, canary) => sum + chance * canary, 0) / events;
        // All or none are mixed in until the mean is the canary's share.
        const [towards, part] = mean < p ? [events, (p - mean) / (1 - mean)] : [0, (mean - p) / mean];
        fc.pre(Number.isFinite(part) && part >= 0 && part <= 1);
        const mixed = chances.map((chance, canary) => (1 - part) * chance + (canary === towards ? part : 0));
        expect(expected(mixed, (canary, stable) => growthOfOne({ canary, stable, share: p }, by))).toBeCloseTo(1, 8);
      }),
      { seed },
    );
  });

  test('is fair or worse for events that come one by one, however they are counted', () => {
    const independence = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(share, ratio, independence, fc.integer({ min: 1, max: 40 }), (p, by, own, events) => {
        const chances = coins(events, p);
        expect(expected(chances, (canary, stable) => growthOfEach({ canary, stable, share: p }, by))).toBeCloseTo(1, 8);
        const between = expected(chances, (canary, stable) => growth({ canary, stable, share: p }, by, own));
        expect(between).toBeLessThanOrEqual(1 + 1e-9);
      }),
      { seed },
    );
  });

  test('that takes a burst for no more than one event is fair or worse for bursts of that size', () => {
    const size = fc.integer({ min: 1, max: 50 });
    fc.assert(
      fc.property(share, ratio, size, size, (p, by, one, other) => {
        const [burst, assumed] = one < other ? [one, other] : [other, one];
        const grown = (canary: number, stable: number) => growthOfEach({ canary, stable, share: p }, by) / assumed;
        const left = p * Math.exp(grown(burst, 0)) + (1 - p) * Math.exp(grown(0, burst));
        expect(left).toBeLessThanOrEqual(1 + 1e-9);
      }),
      { seed },
    );
  });

  test('that caps each arm by itself is not fair: the smaller arm is blamed for a fault of both', () => {
    // Twenty events on either side of 10 to 90 requests, each arm counted as one: what the factor for both is for.
    const capped = growthOfEach({ canary: 1, stable: 1, share: 0.1 }, 8);
    const shared = growthOfOne({ canary: 2, stable: 18, share: 0.1 }, 8);
    expect(capped).toBeGreaterThan(0.5);
    expect(shared).toBeCloseTo(0, 12);
  });
});

test('odds of a share', () => {
  expect(shareAtOdds(0.1, 1)).toBeCloseTo(0.1, 12);
  expect(shareAtOdds(0.5, 3)).toBeCloseTo(0.75, 12);
});

test('sums of numbers that fit into no double', () => {
  expect(logSum([10_000, 10_000])).toBeCloseTo(10_000 + Math.log(2), 9);
  expect(logSum([-10_000, 0])).toBe(0);
  expect(logSum([-Infinity, -Infinity])).toBe(-Infinity);
});
