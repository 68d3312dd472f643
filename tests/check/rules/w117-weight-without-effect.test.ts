import { expect, test } from 'vitest';
import { weightWithoutEffect } from '../../../charts-src/check/rules/w117-weight-without-effect.ts';
import { codesOf, found, wordsOf } from '../found.ts';
import { routes } from '../parts.ts';

test.each([
  {
    name: 'a single destination with 80',
    mesh: [
      routes(
        'orders',
        `- route:
    - destination: { host: orders }
      weight: 80`,
      ),
    ],
    finds: ['warning VirtualService shop/orders spec.http[0].route[0].weight | weight: 80'],
  },
  {
    name: 'no weight beside others',
    mesh: [
      routes(
        'orders',
        `- route:
    - { destination: { host: orders, subset: v1 }, weight: 100 }
    - { destination: { host: orders, subset: v2 } }`,
      ),
    ],
    finds: [
      'warning VirtualService shop/orders spec.http[0].route[1] | - { destination: { host: orders, subset: v2 } }',
    ],
  },
  {
    name: '0 is written, 100 for one',
    mesh: [
      routes(
        'orders',
        `- route: [{ destination: { host: a }, weight: 100 }, { destination: { host: b }, weight: 0 }]
- route: [{ destination: { host: a }, weight: 100 }]
- route: [{ destination: { host: a } }]`,
      ),
    ],
    finds: [],
  },
])('$name', ({ mesh, finds }) => {
  expect(found(weightWithoutEffect, mesh)).toEqual(finds);
});

test('it says what was found and how to fix it, and which codes it answers to', () => {
  const mesh = [
    routes(
      'orders',
      `- route:
    - destination: { host: orders }
      weight: 80`,
    ),
  ];
  expect(wordsOf(weightWithoutEffect, mesh)).toEqual([
    'weight 80 has no effect: "orders" is the only destination and gets every request -> add the destination that should get the rest, or leave the weight out',
  ]);
  expect(codesOf(weightWithoutEffect, mesh)).toEqual(['KIA1104']);
});
