import { describe, expect, test } from 'vitest';
import { evaluate, isExpression, readExpression } from '../../../charts-src/canary/analysis/result-expression.ts';

test.each<{ text: string; values: readonly number[]; gives: boolean | undefined }>([
  { text: 'result[0] >= 0.95', values: [0.95], gives: true },
  { text: 'result[0] >= 0.95', values: [0.94], gives: false },
  { text: 'result >= 0.95', values: [1], gives: true },
  { text: 'result[1] < 3', values: [9], gives: undefined },
  { text: 'result[0] < 3', values: [NaN], gives: undefined },
  { text: 'result[0] != 3', values: [NaN], gives: undefined },
  { text: 'isNaN(result[0])', values: [NaN], gives: true },
  { text: '!isNaN(result[0])', values: [1], gives: true },
  { text: 'isNaN(result[0]) || result[0] > 1', values: [NaN], gives: true },
  { text: 'isNaN(result[0])', values: [], gives: undefined },
  { text: 'result[0] > 1 && result[1] > 1', values: [0], gives: false },
  { text: 'result[0] > 1 && result[1] > 1', values: [2], gives: undefined },
  { text: 'result[0] > 1 || result[1] > 1', values: [0, 5], gives: true },
  { text: '!(result[0] > 1)', values: [], gives: undefined },
  { text: 'len(result) == 0', values: [], gives: true },
  { text: 'len(result) > 1', values: [1, 2], gives: true },
  { text: 'all(result) < 3', values: [1, 2], gives: true },
  { text: 'all(result) < 2', values: [1, 2], gives: false },
  { text: 'any(result) >= 2', values: [1, 2], gives: true },
  { text: 'any(result) > 2', values: [1, 2], gives: false },
  { text: 'any(result) > 2', values: [], gives: undefined },
  { text: 'all(result) > 2', values: [3, NaN], gives: undefined },
  { text: '(result[0] + result[1]) / 2 * 10 - 1 == 14', values: [1, 2], gives: true },
  { text: 'result[0] == -1', values: [-1], gives: true },
  { text: 'result[0] <= 1e3', values: [1_000], gives: true },
  { text: 'result[0] > result[1] * 1.5', values: [4, 2], gives: true },
])('$text of $values is $gives', ({ text, values, gives }) => {
  expect(evaluate(text, values)).toBe(gives);
});

describe('what is no expression', () => {
  test.each([
    ['', /ends too early/],
    ['result[0]', /gives a number, not yes or no/],
    ['result[0] >', /ends too early/],
    ['result[0] > > 1', /">" is unknown/],
    ['result[0] > 1 2', /"2" was not expected/],
    ['result[x] > 1', /index of result is no whole number/],
    ['value > 1', /"value" is unknown/],
    ['result[0] > 1 && 2', /a side of && is a number/],
    ['1 || result[0] > 1', /a side of \|\| is a number/],
    ['!result', /stands before a number/],
    ['(result[0] > 1', /"\)" is missing/],
    ['(result[0] > 1) > 1', /a comparison stands where a number is needed/],
    ['all(result)', /has to be compared with a number/],
    ['result[0] > 1; process.exit()', /"; process.exit\(\)" is nothing that can stand there/],
    ['constructor > 1', /"constructor" is unknown/],
  ])('%s', (text, words) => {
    const read = readExpression(text);
    expect(isExpression(read) ? '' : read.problem).toMatch(words);
    expect(evaluate(text, [1])).toBeUndefined();
  });
});
