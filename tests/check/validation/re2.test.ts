import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { re2Problem } from '../../../charts-src/check/validation/re2.ts';

// Every row was judged by Go's regexp too, which has the syntax of RE2.
describe('expressions that RE2 compiles', () => {
  test.each([
    '',
    '.*',
    '^/api/v[0-9]+(/.*)?$',
    'a|b|',
    '(?i)abc',
    '(?i:abc)-(?-i:def)',
    '(?P<name>a)(?<other>b)',
    '()*',
    'a*?b+?c??d{2}?',
    'a{2}b{2,}c{0,3}',
    'a{1000}',
    '(a{10}){100}',
    'a{,2}',
    'a{x}',
    '{',
    '}',
    '[a-z]',
    '[^a]',
    '[]a]',
    '[^]a]',
    '[a-]',
    '[-a]',
    '[[:alpha:][:^digit:]]',
    '[\\d\\-z]',
    '\\d\\W\\b\\B\\A\\z',
    '\\x41\\x{10FFFF}\\012\\07',
    '\\pL\\p{Greek}\\P{^Lu}',
    '\\Qa+(\\E+',
    '\\Qa+(',
    '\\.\\/\\-\\_\\"',
    '[[.a.]]',
    'ü{2}',
  ])('%j', (expression) => {
    expect(re2Problem(expression)).toBeUndefined();
  });
});

describe('expressions that RE2 refuses', () => {
  test.each([
    ['(?=a)', 'look-around'],
    ['(?!a)', 'look-around'],
    ['(?<=a)', 'look-around'],
    ['(?<!a)', 'look-around'],
    ['(a)\\1', 'backreference'],
    ['(?P=name)', 'no group'],
    ['(?>a)', 'no group'],
    ['(?x)a', 'no group'],
    ['(?i-)a', 'no group'],
    ['(?P<a>b)(?P<a>c)', 'two groups'],
    ['(?P<a-b>c)', 'no name'],
    ['(?P<a', 'no name'],
    ['(a', 'never closed'],
    ['a)', 'no "(" before'],
    ['*a', 'nothing before it'],
    ['(*a)', 'nothing before it'],
    ['a|*', 'nothing before it'],
    ['{2}', 'nothing before it'],
    ['a**', 'repeats a repetition'],
    ['a++', 'repeats a repetition'],
    ['a{2}{3}', 'repeats a repetition'],
    ['a*???', 'repeats a repetition'],
    ['a{1001}', 'more than 1000'],
    ['a{3,2}', 'first number'],
    ['(a{100}){11}', 'multiply'],
    ['((a{100}){2}){6}', 'multiply'],
    ['[a', 'no "]"'],
    ['[]', 'no "]"'],
    ['[z-a]', 'back to front'],
    ['[a-\\d]', 'no escape'],
    ['[[:letter:]]', 'no class'],
    ['\\p{Elvish}', 'no class'],
    ['\\p', 'no class'],
    ['\\pX', 'no class'],
    ['\\x4', 'no escape'],
    ['\\x{110000}', 'beyond'],
    ['\\Z', 'no escape'],
    ['\\C', 'no escape'],
    ['\\y', 'no escape'],
    ['\\é', 'no escape'],
    ['[\\b]', 'no escape'],
    ['a\\', 'single "\\"'],
  ])('%j: %s', (expression, reason) => {
    expect(re2Problem(expression)).toContain(reason);
  });
});

test('never throws, and never takes long', () => {
  const unit = fc.constantFrom(...'ab(?:)[]{}*+^$|\\-,0123<>P=!QE.é');
  fc.assert(
    fc.property(fc.string({ unit, maxLength: 60 }), (expression) => {
      const problem = re2Problem(expression);
      expect(problem === undefined || problem.length > 0).toBe(true);
    }),
  );
  const start = performance.now();
  re2Problem('('.repeat(512) + ')'.repeat(512));
  re2Problem('(a{2})'.repeat(170));
  re2Problem('\\p{Greek}'.repeat(100));
  expect(performance.now() - start).toBeLessThan(1000);
});
