import { expect, test } from 'vitest';
import { matchIneffective } from '../../../charts-src/check/rules/w121-match-ineffective.ts';
import { codesOf, found, wordsOf } from '../found.ts';
import { routes } from '../parts.ts';

test.each([
  {
    name: 'one match of two, of a rule before',
    mesh: [
      routes(
        'orders',
        `- match: [{ uri: { prefix: /api } }]
  route: [{ destination: { host: a } }]
- match: [{ uri: { prefix: /api/v2 } }, { uri: { prefix: /web } }]
  route: [{ destination: { host: b } }]`,
      ),
    ],
    finds: [
      'warning VirtualService shop/orders spec.http[1].match[0] | - match: [{ uri: { prefix: /api/v2 } }, { uri: { prefix: /web } }]',
    ],
  },
  {
    name: 'within one rule',
    mesh: [
      routes(
        'orders',
        `- match:
    - uri: { prefix: /api }
    - uri: { prefix: /api/v2 }
  route: [{ destination: { host: a } }]`,
      ),
    ],
    finds: ['info VirtualService shop/orders spec.http[0].match[1] | - uri: { prefix: /api/v2 }'],
  },
  {
    name: 'a rule that is unreachable as a whole is W120',
    mesh: [
      routes(
        'orders',
        `- match: [{ uri: { prefix: /api } }]
  route: [{ destination: { host: a } }]
- match: [{ uri: { prefix: /api/v2 } }]
  route: [{ destination: { host: b } }]`,
      ),
    ],
    finds: [],
  },
  {
    name: 'none covers another',
    mesh: [
      routes(
        'orders',
        `- match: [{ uri: { exact: /api } }, { uri: { prefix: /api/ } }]
  route: [{ destination: { host: a } }]
- match: [{ uri: { prefix: /web } }]
  route: [{ destination: { host: b } }]`,
      ),
    ],
    finds: [],
  },
])('$name', ({ mesh, finds }) => {
  expect(found(matchIneffective, mesh)).toEqual(finds);
});

test('it says what was found and how to fix it, and which codes it answers to', () => {
  const mesh = [
    routes(
      'orders',
      `- match: [{ uri: { prefix: /api } }]
  route: [{ destination: { host: a } }]
- match: [{ uri: { prefix: /api/v2 } }, { uri: { prefix: /web } }]
  route: [{ destination: { host: b } }]`,
    ),
  ];
  expect(wordsOf(matchIneffective, mesh)).toEqual([
    'spec.http[0].match[0] takes every request that this match asks for, and leads to another rule -> put the rule with the more specific match first, or take it out',
  ]);
  expect(codesOf(matchIneffective, mesh)).toEqual(['IST0131']);
});
