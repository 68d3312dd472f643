import { expect, test } from 'vitest';
import { subsetScaledToZero } from '../../../charts-src/check/rules/w107-subset-scaled-to-zero.ts';
import { codesOf, found, wordsOf } from '../found.ts';
import { object, ORDERS, pods, routes, service } from '../parts.ts';

test.each([
  {
    name: 'a share for a Deployment without replicas',
    mesh: [
      ORDERS.replaceAll('replicas: 2', 'replicas: 0'),
      routes(
        'orders',
        `- route:
    - { destination: { host: orders, subset: v1 }, weight: 90 }
    - { destination: { host: orders, subset: v2 }, weight: 10 }`,
      ),
    ],
    finds: [
      'error VirtualService shop/orders spec.http[0].route[0].destination.subset | - { destination: { host: orders, subset: v1 }, weight: 90 }',
      'error VirtualService shop/orders spec.http[0].route[1].destination.subset | - { destination: { host: orders, subset: v2 }, weight: 10 }',
    ],
  },
  {
    name: 'no share yet',
    mesh: [
      service('orders'),
      pods('orders-v1', '{ app: orders, version: v1 }'),
      pods('orders-v2', '{ app: orders, version: v2 }', { replicas: 0 }),
      object(
        'DestinationRule',
        'orders',
        `host: orders
subsets: [{ name: v1, labels: { version: v1 } }, { name: v2, labels: { version: v2 } }]`,
      ),
      routes(
        'orders',
        `- route:
    - { destination: { host: orders, subset: v1 }, weight: 100 }
    - { destination: { host: orders, subset: v2 }, weight: 0 }`,
      ),
    ],
    finds: [],
  },
  {
    name: 'another workload of the subset runs',
    mesh: [
      ORDERS,
      pods('orders-old', '{ app: orders, version: v1 }', { replicas: 0 }),
      routes('orders', '- route: [{ destination: { host: orders, subset: v1 } }]'),
    ],
    finds: [],
  },
  {
    name: 'somebody else scales it',
    mesh: [
      service('orders'),
      pods('orders-v1', '{ app: orders, version: v1 }', { replicas: 0 }),
      object('ScaledObject', 'orders', 'scaleTargetRef: { name: orders-v1 }'),
      object(
        'DestinationRule',
        'orders',
        `host: orders
subsets: [{ name: v1, labels: { version: v1 } }]`,
      ),
      routes('orders', '- route: [{ destination: { host: orders, subset: v1 } }]'),
    ],
    finds: [],
  },
])('$name', ({ mesh, finds }) => {
  expect(found(subsetScaledToZero, mesh)).toEqual(finds);
});

test('it says what was found and how to fix it, and which codes it answers to', () => {
  const mesh = [
    ORDERS.replaceAll('replicas: 2', 'replicas: 0'),
    routes(
      'orders',
      `- route:
    - { destination: { host: orders, subset: v1 }, weight: 90 }
    - { destination: { host: orders, subset: v2 }, weight: 10 }`,
    ),
  ];
  expect(wordsOf(subsetScaledToZero, mesh)).toEqual([
    'subset "v1" gets 90 % of the requests, and Deployment shop/orders-v1 has 0 replicas: Envoy answers them with 503 -> start its pods first and give it a weight when they are ready, or take its weight away',
    'subset "v2" gets 10 % of the requests, and Deployment shop/orders-v2 has 0 replicas: Envoy answers them with 503 -> start its pods first and give it a weight when they are ready, or take its weight away',
  ]);
  expect(codesOf(subsetScaledToZero, mesh)).toEqual([]);
});
