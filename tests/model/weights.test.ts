import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { integerWeights, weightsProblems } from '../../charts-src/model/weights.ts';

const VERSIONS = ['v1', 'v2', 'v3'];
const SUM =
  ': Istio would divide by their sum, so no version would get the share that is written. Change them so that they total 100.';
const TOO_FINE =
  ': what is finer than a hundredth of a per cent would be lost in the VirtualService. Write at most two decimals.';
const NO_SHARE = ', and no share of requests comes of it. Write a number from 0 to 100.';

describe('weightsProblems', () => {
  test.each<{ weights: Record<string, number> }>([
    { weights: { v1: 100 } },
    { weights: { v1: 90, v2: 10 } },
    { weights: { v1: 0, v2: 100 } },
    { weights: { v1: 99.99, v2: 0.01 } },
    { weights: { v1: 33.33, v2: 33.33, v3: 33.34 } },
    // In binary these total 100.00000000000001 and 99.99999999999999.
    { weights: { v1: 33.1, v2: 33.6, v3: 33.3 } },
    { weights: { v1: 0.07, v2: 0.29, v3: 99.64 } },
    { weights: { v1: 1.1, v2: 2.2, v3: 96.7 } },
  ])('is silent about $weights', ({ weights }) => {
    expect(weightsProblems(weights, VERSIONS)).toEqual([]);
  });

  test.each<{ weights: Record<string, unknown>; says: string[] }>([
    { weights: { v1: 90, v2: 11 }, says: [`the weights total 101, not 100 (v1 90, v2 11)${SUM}`] },
    { weights: { v1: 99.99 }, says: [`the weights total 99.99, not 100 (v1 99.99)${SUM}`] },
    { weights: { v1: 100, v2: 0.01 }, says: [`the weights total 100.01, not 100 (v1 100, v2 0.01)${SUM}`] },
    { weights: {}, says: ['no weight is given, so no version would get a request. Give weights that total 100.'] },
    {
      weights: { v1: 99.999, v2: 0.001 },
      says: [`the weight of "v1" is 99.999${TOO_FINE}`, `the weight of "v2" is 0.001${TOO_FINE}`],
    },
    {
      weights: { v1: 110, v2: -10 },
      says: [
        'the weight of "v1" is 110: no version can get more than all of the requests. Write a number from 0 to 100.',
        'the weight of "v2" is -10: no version can get less than none of the requests. Write a number from 0 to 100.',
      ],
    },
    {
      weights: { v1: 90, v4: 10 },
      says: ['there is no version "v4" (versions: v1, v2, v3), so its share would be answered 503. Did you mean "v1"?'],
    },
    {
      weights: { v1: 90, canary: 10 },
      says: [
        'there is no version "canary" (versions: v1, v2, v3), so its share would be answered 503. Name one of these, or add the version.',
      ],
    },
    {
      weights: { v1: '100' },
      says: ['the weight of "v1" is "100", and no share of requests comes of it. Leave out the quotes: 100.'],
    },
    { weights: { v1: '0x64' }, says: [`the weight of "v1" is "0x64"${NO_SHARE}`] },
    { weights: { v1: null }, says: [`the weight of "v1" is null${NO_SHARE}`] },
    { weights: { v1: undefined }, says: [`the weight of "v1" is undefined${NO_SHARE}`] },
    { weights: { v1: NaN }, says: [`the weight of "v1" is NaN${NO_SHARE}`] },
    { weights: { v1: Infinity }, says: [`the weight of "v1" is Infinity${NO_SHARE}`] },
    { weights: { v1: [100] }, says: [`the weight of "v1" is [100]${NO_SHARE}`] },
  ])('says of $weights: $says', ({ weights, says }) => {
    expect(weightsProblems(weights, VERSIONS)).toEqual(says);
  });

  test('tells everything at once', () => {
    expect(weightsProblems({ v1: '90', v9: -1, v2: 0.001 }, VERSIONS)).toHaveLength(4);
  });
});

/** Hundredths of a per cent that total 10,000: what anybody can write with two decimals. */
const hundredths = fc
  .array(fc.integer({ min: 0, max: 10_000 }), { minLength: 0, maxLength: 7 })
  .map((cuts) => [0, ...cuts.sort((a, b) => a - b), 10_000])
  .map((cuts) => cuts.slice(1).map((cut, index) => cut - (cuts[index] ?? 0)));

describe('any weights with two decimals that total 100', () => {
  const named = (parts: readonly number[]) => Object.fromEntries(parts.map((part, index) => [`v${index}`, part / 100]));

  test('have no problem, and their integers keep every share', () => {
    fc.assert(
      fc.property(hundredths, (parts) => {
        const weights = named(parts);
        expect(weightsProblems(weights, Object.keys(weights))).toEqual([]);
        const integers = [...integerWeights(weights).values()];
        const sum = integers.reduce((total, weight) => total + weight, 0);
        expect([100, 10_000]).toContain(sum);
        for (const [index, weight] of integers.entries()) {
          expect(Number.isInteger(weight)).toBe(true);
          expect(weight * (10_000 / sum)).toBe(parts[index]);
        }
      }),
    );
  });

  test('have one as soon as one of them is off by a hundredth', () => {
    fc.assert(
      fc.property(hundredths, fc.nat(), fc.constantFrom(-1, 1), (parts, at, by) => {
        const off = parts.map((part, index) => (index === at % parts.length ? part + by : part));
        const weights = named(off);
        expect(weightsProblems(weights, Object.keys(weights)).length).toBeGreaterThan(0);
      }),
    );
  });
});

describe('integerWeights', () => {
  test.each<{ weights: Record<string, number>; integers: Record<string, number> }>([
    { weights: { v1: 90, v2: 10 }, integers: { v1: 90, v2: 10 } },
    { weights: { v1: 99.99, v2: 0.01 }, integers: { v1: 9999, v2: 1 } },
    { weights: { v1: 87.5, v2: 12.5 }, integers: { v1: 8750, v2: 1250 } },
    { weights: { v1: 50, v2: 49.5, v3: 0.5 }, integers: { v1: 5000, v2: 4950, v3: 50 } },
    { weights: { v1: 100, v2: 0 }, integers: { v1: 100, v2: 0 } },
    { weights: { v1: 0.29, v2: 99.71 }, integers: { v1: 29, v2: 9971 } },
  ])('makes $integers of $weights', ({ weights, integers }) => {
    expect(Object.fromEntries(integerWeights(weights))).toEqual(integers);
  });
});
