import { expect, test } from 'vitest';
import { re2Matches, re2Replace } from '../../charts-src/model/re2.ts';

test.each([
  { pattern: '/api/.*', text: '/api/x', matches: true },
  { pattern: '/api', text: '/api/x', matches: false },
  { pattern: '/a|/b', text: '/b', matches: true },
  { pattern: '(?i)/api', text: '/API', matches: true },
  { pattern: '/(?=x).*', text: '/x', matches: undefined },
  { pattern: '(', text: '(', matches: undefined },
])('$pattern on $text: $matches', ({ pattern, text, matches }) => {
  expect(re2Matches(pattern, text)).toBe(matches);
});

test.each([
  { pattern: '^/api/(.*)$', text: '/api/orders/7', by: '/v2/\\1', gives: '/v2/orders/7' },
  { pattern: '/x', text: '/x/x', by: '/y', gives: '/y/y' },
  { pattern: '/(a)(b)?', text: '/a', by: '/$1\\2\\\\', gives: '/$1\\' },
  { pattern: '(', text: '/a', by: '', gives: undefined },
])('$pattern of $text by $by gives $gives', ({ pattern, text, by, gives }) => {
  expect(re2Replace(pattern, text, by)).toBe(gives);
});
