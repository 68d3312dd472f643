import { expect, test } from 'vitest';
import { subsetPolicyWithoutRoute } from '../../../charts-src/check/rules/w113-subset-policy-without-route.ts';
import { codesOf, found, wordsOf } from '../found.ts';
import { object, ORDERS, routes, service } from '../parts.ts';

test.each([
  {
    name: 'nobody routes there',
    mesh: [
      service('orders'),
      object(
        'DestinationRule',
        'orders',
        `host: orders
subsets:
  - name: v1
    labels: { version: v1 }
    trafficPolicy: { loadBalancer: { simple: RANDOM } }`,
      ),
      routes('orders', '- route: [{ destination: { host: orders } }]'),
    ],
    finds: [
      'warning DestinationRule shop/orders spec.subsets[0].trafficPolicy | trafficPolicy: { loadBalancer: { simple: RANDOM } }',
    ],
  },
  {
    name: 'routed to, mirrored to',
    mesh: [
      service('orders'),
      object(
        'DestinationRule',
        'orders',
        `host: orders
subsets:
  - name: v1
    trafficPolicy: { loadBalancer: { simple: RANDOM } }
  - name: v2
    trafficPolicy: { loadBalancer: { simple: RANDOM } }`,
      ),
      routes(
        'orders',
        `- route: [{ destination: { host: orders, subset: v1 } }]
  mirror: { host: orders.shop.svc.cluster.local, subset: v2 }`,
      ),
    ],
    finds: [],
  },
  {
    name: 'no policy of its own, an unknown host',
    mesh: [
      ORDERS,
      object(
        'DestinationRule',
        'ghost',
        `host: ghost
subsets: [{ name: v1, trafficPolicy: { loadBalancer: { simple: RANDOM } } }]`,
      ),
    ],
    finds: [],
  },
])('$name', ({ mesh, finds }) => {
  expect(found(subsetPolicyWithoutRoute, mesh)).toEqual(finds);
});

test('it says what was found and how to fix it, and which codes it answers to', () => {
  const mesh = [
    service('orders'),
    object(
      'DestinationRule',
      'orders',
      `host: orders
subsets:
  - name: v1
    labels: { version: v1 }
    trafficPolicy: { loadBalancer: { simple: RANDOM } }`,
    ),
    routes('orders', '- route: [{ destination: { host: orders } }]'),
  ];
  expect(wordsOf(subsetPolicyWithoutRoute, mesh)).toEqual([
    'no VirtualService routes to subset "v1" of "orders", so its trafficPolicy never acts: requests without a subset get that of the host -> route to "v1" in a VirtualService, or move the policy to spec.trafficPolicy',
  ]);
  expect(codesOf(subsetPolicyWithoutRoute, mesh)).toEqual([]);
});
