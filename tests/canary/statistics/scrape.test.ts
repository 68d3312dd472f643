import { describe, expect, test } from 'vitest';
import {
  burstSize,
  independence,
  learnBurstiness,
  NOTHING_LEARNED,
} from '../../../charts-src/canary/statistics/burstiness.ts';
import { binomial, geometric, poisson, seededRandom } from '../../../charts-src/canary/statistics/random.ts';
import { EVEN, fairShare, unevenness, type Scrape } from '../../../charts-src/canary/statistics/scrape.ts';
import { timeMismatch, type Exposure } from '../../../charts-src/canary/statistics/time-mismatch.ts';

const seen = (arm: Exposure['arm'], fromMs: number, toMs: number, requests = 10): Exposure => ({
  arm,
  fromMs,
  toMs,
  requests,
});

test.each<{ name: string; exposures: Exposure[]; mismatch: number }>([
  { name: 'nobody', exposures: [], mismatch: 1 },
  { name: 'one arm only', exposures: [seen('canary', 0, 15)], mismatch: 1 },
  { name: 'both at once', exposures: [seen('canary', 0, 15), seen('stable', 0, 15, 990)], mismatch: 0 },
  { name: 'one after the other', exposures: [seen('canary', 0, 15), seen('stable', 15, 30)], mismatch: 1 },
  { name: 'two thirds together', exposures: [seen('canary', 0, 15), seen('stable', 5, 20)], mismatch: 1 / 3 },
  {
    name: 'two pods around one',
    exposures: [seen('canary', 5, 15), seen('stable', 0, 10), seen('stable', 10, 20)],
    mismatch: 0.5,
  },
  {
    name: 'a scrape without length',
    exposures: [seen('canary', 5, 5), seen('canary', 0, 10), seen('stable', 0, 10)],
    mismatch: 0.25,
  },
])('time in which the arms were not seen together: $name', ({ exposures, mismatch }) => {
  expect(timeMismatch(exposures)).toBeCloseTo(mismatch, 9);
});

test('how unevenly events fall on pods', () => {
  expect(unevenness([])).toEqual(EVEN);
  expect(unevenness([{ requests: 5, events: 0 }])).toEqual(EVEN);
  expect(
    unevenness([
      { requests: 100, events: 6 },
      { requests: 100, events: 6 },
    ]),
  ).toEqual({ observed: 0, expected: 6 });
  expect(
    unevenness([
      { requests: 100, events: 12 },
      { requests: 100, events: 0 },
    ]),
  ).toEqual({ observed: 72, expected: 6 });
  expect(
    unevenness([
      { requests: 300, events: 12 },
      { requests: 100, events: 0 },
    ]).expected,
  ).toBeCloseTo(4.5, 9);
});

const scrape = (canary: number, stable: number, mismatch = 0): Scrape => ({
  canary: { requests: 100, events: canary, unevenness: EVEN },
  stable: { requests: 900, events: stable, unevenness: EVEN },
  mismatch,
});

const known = (...scrapes: readonly Scrape[]) => scrapes.reduce(learnBurstiness, NOTHING_LEARNED);

describe('what a run learns of bursts', () => {
  test('nothing at first: a scrape is one piece of evidence, a burst as large as the plan says', () => {
    const first = scrape(5, 5);
    expect(independence(known(first), first)).toBe(0);
    expect(burstSize(known(first), first, 16)).toBeCloseTo(16, 9);
    expect(burstSize(known(first), first, 40)).toBeCloseTo(40, 9);
  });

  test('single events, scrape by scrape, make it count them one by one', () => {
    const calm = Array.from({ length: 30 }, (_, index) => scrape(index % 2, 4 + (index % 3)));
    expect(independence(known(...calm), scrape(1, 4))).toBeGreaterThan(0.9);
    expect(burstSize(known(...calm), scrape(1, 4), 16)).toBe(4);
  });

  test('bursts, also rare ones, make it count them as one', () => {
    const bursty = Array.from({ length: 30 }, (_, index) => scrape(0, index % 5 === 0 ? 25 : 0));
    expect(independence(known(...bursty), scrape(1, 4))).toBe(0);
    expect(burstSize(known(...bursty), scrape(1, 4), 16)).toBeGreaterThan(25);
    const rare = [...Array.from({ length: 40 }, () => scrape(0, 1)), scrape(0, 60), scrape(0, 1)];
    expect(burstSize(known(...rare), scrape(1, 4), 16)).toBeGreaterThan(30);
  });

  test('events of one pod among many are a burst, however calm the arm', () => {
    const onePod: Scrape = {
      ...scrape(40, 5),
      canary: { requests: 100, events: 40, unevenness: { observed: 1_400, expected: 35 } },
    };
    expect(burstSize(known(onePod), onePod, 16)).toBeGreaterThan(40);
  });

  test('what was not seen at the same time counts as one', () => {
    const calm = Array.from({ length: 30 }, (_, index) => scrape(index % 2, 4 + (index % 3)));
    const apart = scrape(50, 50, 1);
    expect(independence(known(...calm), apart)).toBeLessThan(0.02);
    expect(burstSize(known(...calm), apart, 16)).toBe(100);
  });
});

test('the share that is fair', () => {
  expect(fairShare(scrape(0, 0))).toBeCloseTo(0.1, 9);
  expect(fairShare({ ...scrape(0, 0), canary: { requests: 0, events: 0, unevenness: EVEN } })).toBeUndefined();
});

describe('chance', () => {
  test('is the same for the same seed, and another for another', () => {
    const draw = (seed: number) => Array.from({ length: 5 }, seededRandom(seed));
    expect(draw(1)).toEqual(draw(1));
    expect(draw(1)).not.toEqual(draw(2));
    expect(draw(1).every((value) => value >= 0 && value < 1)).toBe(true);
  });

  test.each<{
    name: string;
    draw: (random: ReturnType<typeof seededRandom>) => number;
    mean: number;
    variance: number;
  }>([
    { name: 'poisson of 3', draw: (random) => poisson(random, 3), mean: 3, variance: 3 },
    { name: 'poisson of 100', draw: (random) => poisson(random, 100), mean: 100, variance: 100 },
    { name: 'binomial of 20', draw: (random) => binomial(random, 20, 0.1), mean: 2, variance: 1.8 },
    { name: 'binomial of 20, mostly', draw: (random) => binomial(random, 20, 0.9), mean: 18, variance: 1.8 },
    { name: 'binomial of 1,000', draw: (random) => binomial(random, 1_000, 0.2), mean: 200, variance: 160 },
    { name: 'geometric of 5', draw: (random) => geometric(random, 5), mean: 5, variance: 20 },
  ])('$name', ({ draw, mean, variance }) => {
    const random = seededRandom(42);
    const values = Array.from({ length: 20_000 }, () => draw(random));
    const seenMean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const seenVariance = values.reduce((sum, value) => sum + (value - seenMean) ** 2, 0) / values.length;
    expect(Math.abs(seenMean - mean)).toBeLessThan(4 * Math.sqrt(variance / values.length));
    expect(seenVariance / variance).toBeGreaterThan(0.9);
    expect(seenVariance / variance).toBeLessThan(1.1);
  });

  test('nothing, never and always', () => {
    const random = seededRandom(1);
    expect([
      poisson(random, 0),
      binomial(random, 0, 0.5),
      binomial(random, 9, 0),
      binomial(random, 9, 1),
      geometric(random, 1),
    ]).toEqual([0, 0, 0, 9, 1]);
  });
});
