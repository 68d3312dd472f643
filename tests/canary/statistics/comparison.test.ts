import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  capitalOf,
  compare,
  isWorse,
  NO_COMPARISON,
  type Comparison,
} from '../../../charts-src/canary/statistics/comparison.ts';
import {
  boundsOf,
  narrow,
  NO_INTERVAL,
  type RatioInterval,
} from '../../../charts-src/canary/statistics/ratio-interval.ts';
import { limitCapital, NO_LIMIT, testLimit, type Limit } from '../../../charts-src/canary/statistics/limit.ts';
import { learnBurstiness, NOTHING_LEARNED } from '../../../charts-src/canary/statistics/burstiness.ts';
import { poisson, seededRandom, type Random } from '../../../charts-src/canary/statistics/random.ts';
import { EVEN, type Scrape } from '../../../charts-src/canary/statistics/scrape.ts';

const BURST = 16;

function scrape(
  canary: readonly [requests: number, events: number],
  stable: readonly [number, number],
  mismatch = 0,
): Scrape {
  return {
    canary: { requests: canary[0], events: canary[1], unevenness: EVEN },
    stable: { requests: stable[0], events: stable[1], unevenness: EVEN },
    mismatch,
  };
}

const after = (scrapes: readonly Scrape[]): Comparison =>
  scrapes.reduce((comparison, one) => compare(comparison, one, BURST), NO_COMPARISON);

describe('a comparison', () => {
  test('begins with a capital of 1', () => {
    expect(capitalOf(NO_COMPARISON)).toBeCloseTo(1, 5);
    expect(isWorse(NO_COMPARISON, 0.01)).toBe(false);
  });

  test.each<{ name: string; scrapes: Scrape[] }>([
    { name: 'no events', scrapes: [scrape([100, 0], [900, 0])] },
    { name: 'an idle canary', scrapes: [scrape([0, 0], [900, 50])] },
    { name: 'an idle stable version', scrapes: [scrape([100, 50], [0, 0])] },
  ])('learns nothing from $name', ({ scrapes }) => {
    expect(capitalOf(after(scrapes))).toBeCloseTo(1, 5);
  });

  test('one burst on the canary is no proof, however large, unless the version failed before too', () => {
    for (const size of [1, 3, 16, 40]) expect(isWorse(after([scrape([750, size], [6_750, 0])]), 0.01)).toBe(false);
  });

  test('is sure after one scrape where there are many more failures than a cause brings', () => {
    expect(isWorse(after([scrape([750, 75], [6_750, 7])]), 0.01)).toBe(true);
  });

  test('is not sure of them when the two were not seen at the same time', () => {
    expect(isWorse(after([scrape([750, 75], [6_750, 7], 1)]), 0.01)).toBe(false);
  });

  test('a fault of both leaves it where it was, for one pod and for many', () => {
    const many = Array.from({ length: 20 }, () => scrape([75, 3], [675, 27]));
    expect(capitalOf(after(many))).toBeLessThan(2);
  });

  test('a proof stays a proof, whatever comes after it', () => {
    const bad = after([scrape([750, 75], [6_750, 7])]);
    const later = Array.from({ length: 30 }, () => scrape([750, 0], [6_750, 50])).reduce(
      (comparison, one) => compare(comparison, one, BURST),
      bad,
    );
    expect(capitalOf(later)).toBeLessThan(1);
    expect(isWorse(later, 0.01)).toBe(true);
  });

  test('whatever is scraped, its numbers are numbers and its capital is never less than nothing', () => {
    const count = fc.integer({ min: 0, max: 10_000 });
    const arm = fc.tuple(count, count).map(([requests, events]) => [requests + events, events] as const);
    const any = fc.tuple(arm, arm, fc.double({ min: 0, max: 1, noNaN: true }));
    fc.assert(
      fc.property(fc.array(any, { maxLength: 12 }), (scrapes) => {
        const { capital, peak, burstiness } = after(
          scrapes.map(([canary, stable, mismatch]) => scrape(canary, stable, mismatch)),
        );
        expect([...capital, peak, burstiness.jumps, burstiness.pairs].every(Number.isFinite)).toBe(true);
        expect(peak).toBeGreaterThanOrEqual(0);
      }),
      { seed: 20_261_127 },
    );
  });
});

/** Twenty scrapes of two arms with this ratio of rates. */
function* played(random: Random, ratio: number, rate = 0.01): Generator<Scrape> {
  for (let look = 0; look < 20; look += 1)
    yield scrape([1_500, poisson(random, 1_500 * rate * ratio)], [6_000, poisson(random, 6_000 * rate)]);
}

describe('the interval of the ratio', () => {
  test.each([0.5, 1, 1.5, 2, 4, 12])('holds a true ratio of %d in all but one of twenty runs', (ratio) => {
    const random = seededRandom(7);
    let wrong = 0;
    for (let run = 0; run < 100; run += 1) {
      let interval: RatioInterval = NO_INTERVAL;
      let burstiness = NOTHING_LEARNED;
      let isWrong = false;
      for (const one of played(random, ratio)) {
        burstiness = learnBurstiness(burstiness, one);
        interval = narrow(interval, one, burstiness);
        const { above, below } = boundsOf(interval, 0.05);
        isWrong ||= (above ?? 0) > ratio || (below ?? Infinity) < ratio;
      }
      if (isWrong) wrong += 1;
    }
    expect(wrong).toBeLessThanOrEqual(8);
  });

  test('becomes narrow enough to let a good version pass', () => {
    const random = seededRandom(11);
    let interval: RatioInterval = NO_INTERVAL;
    let burstiness = NOTHING_LEARNED;
    for (const one of played(random, 1)) {
      burstiness = learnBurstiness(burstiness, one);
      interval = narrow(interval, one, burstiness);
    }
    expect(boundsOf(interval, 0.05).below).toBeLessThanOrEqual(2);
  });
});

describe('a limit for one arm', () => {
  const run = (rate: number, random: Random): Limit => {
    let limit = NO_LIMIT;
    let burstiness = NOTHING_LEARNED;
    for (const one of played(random, 1, rate)) {
      burstiness = learnBurstiness(burstiness, one);
      limit = testLimit(limit, one.canary, 0.01, one, burstiness);
    }
    return limit;
  };

  test('is passed at most once in a hundred by what keeps to it, and always by what does not', () => {
    const random = seededRandom(3);
    const passed = (rate: number) =>
      Array.from({ length: 200 }, () => run(rate, random)).filter(({ peak }) => peak >= Math.log(100)).length;
    expect(passed(0.01)).toBeLessThanOrEqual(6);
    expect(passed(0.03)).toBe(200);
    expect(limitCapital(NO_LIMIT)).toBeCloseTo(1, 9);
  });
});
