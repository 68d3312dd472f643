import { expect, test } from 'vitest';
import { destinationTwice } from '../../../charts-src/check/rules/w119-destination-twice.ts';
import { codesOf, found, wordsOf } from '../found.ts';
import { object, routes } from '../parts.ts';

test.each([
  {
    name: 'the same subset twice',
    mesh: [
      routes(
        'orders',
        `- route:
    - { destination: { host: orders, subset: v1 }, weight: 50 }
    - { destination: { host: orders.shop.svc.cluster.local, subset: v1 }, weight: 50 }`,
      ),
    ],
    finds: [
      'warning VirtualService shop/orders spec.http[0].route[1].destination | - { destination: { host: orders.shop.svc.cluster.local, subset: v1 }, weight: 50 }',
    ],
  },
  {
    name: 'of tcp',
    mesh: [
      object(
        'VirtualService',
        'orders',
        `hosts: [orders]
tcp:
  - route:
      - { destination: { host: a }, weight: 50 }
      - { destination: { host: a }, weight: 50 }`,
      ),
    ],
    finds: [
      'warning VirtualService shop/orders spec.tcp[0].route[1].destination | - { destination: { host: a }, weight: 50 }',
    ],
  },
  {
    name: 'other subsets, ports, headers, rules',
    mesh: [
      routes(
        'orders',
        `- route: [{ destination: { host: a, subset: v1 } }, { destination: { host: a, subset: v2 } }, { destination: { host: a, subset: v2, port: { number: 81 } } }]
- route: [{ destination: { host: a, subset: v1 } }, { destination: { host: a, subset: v1 }, headers: { request: { set: { x: y } } } }]`,
      ),
    ],
    finds: [],
  },
])('$name', ({ mesh, finds }) => {
  expect(found(destinationTwice, mesh)).toEqual(finds);
});

test('it says what was found and how to fix it, and which codes it answers to', () => {
  const mesh = [
    routes(
      'orders',
      `- route:
    - { destination: { host: orders, subset: v1 }, weight: 50 }
    - { destination: { host: orders.shop.svc.cluster.local, subset: v1 }, weight: 50 }`,
    ),
  ];
  expect(wordsOf(destinationTwice, mesh)).toEqual([
    '"orders.shop.svc.cluster.local" subset "v1" is a destination of this route already (route[0]): it gets both shares -> name the destination that was meant, or add the two weights',
  ]);
  expect(codesOf(destinationTwice, mesh)).toEqual(['KIA1105']);
});
