import { expect, test } from 'vitest';
import { subsetNotDeclared } from '../../../charts-src/check/rules/w104-subset-not-declared.ts';
import { codesOf, found, wordsOf } from '../found.ts';
import { object, ORDERS, routes, service } from '../parts.ts';

test.each([
  {
    name: 'a subset that no rule declares',
    mesh: [ORDERS, routes('orders', '- route: [{ destination: { host: orders, subset: v3 } }]')],
    finds: [
      'error VirtualService shop/orders spec.http[0].route[0].destination.subset | - route: [{ destination: { host: orders, subset: v3 } }]',
    ],
  },
  {
    name: 'no DestinationRule at all',
    mesh: [service('users'), routes('users', '- route: [{ destination: { host: users, subset: v1 } }]')],
    finds: [
      'error VirtualService shop/users spec.http[0].route[0].destination.subset | - route: [{ destination: { host: users, subset: v1 } }]',
    ],
  },
  {
    name: 'a mirror and a tcp route',
    mesh: [
      ORDERS,
      object(
        'VirtualService',
        'orders',
        `hosts: [orders]
http: [{ route: [{ destination: { host: orders, subset: v1 } }], mirror: { host: orders, subset: shadow } }]
tcp: [{ route: [{ destination: { host: orders, subset: raw } }] }]`,
      ),
    ],
    finds: [
      'error VirtualService shop/orders spec.http[0].mirror.subset | http: [{ route: [{ destination: { host: orders, subset: v1 } }], mirror: { host: orders, subset: shadow } }]',
      'error VirtualService shop/orders spec.tcp[0].route[0].destination.subset | tcp: [{ route: [{ destination: { host: orders, subset: raw } }] }]',
    ],
  },
  {
    name: 'declared by the full name',
    mesh: [ORDERS, routes('orders', '- route: [{ destination: { host: orders.shop.svc.cluster.local, subset: v1 } }]')],
    finds: [],
  },
  {
    name: 'declared for a wildcard',
    mesh: [
      service('users'),
      object(
        'DestinationRule',
        'all',
        `host: "*.shop.svc.cluster.local"
subsets: [{ name: v1, labels: { version: v1 } }]`,
      ),
      routes('users', '- route: [{ destination: { host: users, subset: v1 } }]'),
    ],
    finds: [],
  },
  {
    name: 'a host that is not among the files',
    mesh: [routes('users', '- route: [{ destination: { host: users, subset: v1 } }]')],
    finds: [],
  },
])('$name', ({ mesh, finds }) => {
  expect(found(subsetNotDeclared, mesh)).toEqual(finds);
});

test('it says what was found and how to fix it, and which codes it answers to', () => {
  const mesh = [ORDERS, routes('orders', '- route: [{ destination: { host: orders, subset: v3 } }]')];
  expect(wordsOf(subsetNotDeclared, mesh)).toEqual([
    'subset "v3" of host "orders" is not declared (declared: v1, v2): Envoy has no cluster for it and answers 503 -> declare "v3" in the DestinationRule of "orders", or route to a declared subset',
  ]);
  expect(codesOf(subsetNotDeclared, mesh)).toEqual(['IST0101', 'KIA1107']);
});
