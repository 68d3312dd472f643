import { expect, test } from 'vitest';
import { weightsNotPercent } from '../../../charts-src/check/rules/w116-weights-not-percent.ts';
import { codesOf, found, wordsOf } from '../found.ts';
import { object, routes } from '../parts.ts';

test.each([
  {
    name: '60 and 30',
    mesh: [
      routes(
        'orders',
        `- route:
    - { destination: { host: orders, subset: v1 }, weight: 60 }
    - { destination: { host: orders, subset: v2 }, weight: 30 }`,
      ),
    ],
    finds: ['warning VirtualService shop/orders spec.http[0].route | - route:'],
  },
  {
    name: 'of tcp and tls',
    mesh: [
      object(
        'VirtualService',
        'orders',
        `hosts: [orders]
tcp:
  - route:
      - { destination: { host: a }, weight: 50 }
      - { destination: { host: b }, weight: 40 }
tls:
  - match: [{ sniHosts: [orders] }]
    route:
      - { destination: { host: a }, weight: 90 }
      - { destination: { host: b }, weight: 20 }`,
      ),
    ],
    finds: [
      'warning VirtualService shop/orders spec.tcp[0].route | - route:',
      'warning VirtualService shop/orders spec.tls[0].route | route:',
    ],
  },
  {
    name: '100, 10000, 1 to 3',
    mesh: [
      routes(
        'orders',
        `- route: [{ destination: { host: a }, weight: 90 }, { destination: { host: b }, weight: 10 }]
- route: [{ destination: { host: a }, weight: 9999 }, { destination: { host: b }, weight: 1 }]
- route: [{ destination: { host: a }, weight: 1 }, { destination: { host: b }, weight: 3 }]`,
      ),
    ],
    finds: [],
  },
  {
    name: 'one destination, none with a weight',
    mesh: [
      routes(
        'orders',
        `- route: [{ destination: { host: a }, weight: 90 }]
- route: [{ destination: { host: a } }, { destination: { host: b } }]`,
      ),
    ],
    finds: [],
  },
])('$name', ({ mesh, finds }) => {
  expect(found(weightsNotPercent, mesh)).toEqual(finds);
});

test('it says what was found and how to fix it, and which codes it answers to', () => {
  const mesh = [
    routes(
      'orders',
      `- route:
    - { destination: { host: orders, subset: v1 }, weight: 60 }
    - { destination: { host: orders, subset: v2 }, weight: 30 }`,
    ),
  ];
  expect(wordsOf(weightsNotPercent, mesh)).toEqual([
    'the weights 60, 30 total 90, so the shares are 66.7 %, 33.3 % -> write weights that total 100, then each is its per cent',
  ]);
  expect(codesOf(weightsNotPercent, mesh)).toEqual([]);
});
