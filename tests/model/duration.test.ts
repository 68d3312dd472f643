import fc from 'fast-check';
import { describe, expect, expectTypeOf, test } from 'vitest';
import {
  durationMs,
  durationProblem,
  hours,
  milliseconds,
  minutes,
  seconds,
  type Duration,
} from '../../charts-src/model/duration.ts';

describe('durationMs', () => {
  test.each([
    ['1ms', 1],
    ['250ms', 250],
    ['2s', 2_000],
    ['0.5s', 500],
    ['.5s', 500],
    ['1.s', 1_000],
    ['1h30m', 5_400_000],
    ['1m0.25s', 60_250],
    ['168h', 604_800_000],
    ['0s', 0],
    ['0.0001s', 0.1],
  ])('reads %s as %d ms', (text, ms) => {
    expect(durationMs(text)).toBeCloseTo(ms, 9);
  });

  test.each([
    '',
    '30',
    's',
    '30 s',
    ' 30s',
    '30s ',
    '30sec',
    '30S',
    '1d',
    '-1s',
    '+1s',
    '1e3s',
    '1,5s',
    '1s30',
    '1..5s',
    'NaNs',
    'Infinitys',
    '1m s',
  ])('does not read %o', (text) => {
    expect(durationMs(text)).toBeUndefined();
  });

  test('reads what the makers of durations make', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1_000_000 }), (count) => {
        expect(durationMs(milliseconds(count))).toBe(count);
        expect(durationMs(seconds(count))).toBe(count * 1_000);
        expect(durationMs(minutes(count))).toBe(count * 60_000);
        expect(durationMs(hours(count))).toBe(count * 3_600_000);
      }),
    );
    expectTypeOf(seconds(2)).toExtend<Duration>();
  });
});

describe('durationProblem', () => {
  test.each(['1ms', '2s', '1h30m', '0.001s'])('is silent about %s', (text) => {
    expect(durationProblem(text)).toBeUndefined();
  });

  test.each([
    ['30', '"30" is no duration: write a number and a unit, such as 2s or 250ms'],
    ['30 s', '"30 s" is no duration: write a number and a unit, such as 2s or 250ms'],
    ['1e-7s', '"1e-7s" is no duration: write a number and a unit, such as 2s or 250ms'],
    ['', '"" is no duration: write a number and a unit, such as 2s or 250ms'],
    ['0s', '"0s" is shorter than 1ms, which Istio refuses: leave it out for none'],
    ['0.9ms', '"0.9ms" is shorter than 1ms, which Istio refuses: leave it out for none'],
  ])('says what is wrong with %o', (text, problem) => {
    expect(durationProblem(text)).toBe(problem);
  });
});
