import { expect, test } from 'vitest';
import { virtualServiceHostUnknown } from '../../../charts-src/check/rules/w108-virtual-service-host-unknown.ts';
import { codesOf, found, wordsOf } from '../found.ts';
import { gateway, ORDERS, routes, service } from '../parts.ts';

test.each([
  {
    name: 'half a name',
    mesh: [ORDERS, routes('orders', '- route: [{ destination: { host: orders } }]', { hosts: '[orders.shop]' })],
    finds: ['warning VirtualService shop/orders spec.hosts[0] | hosts: [orders.shop]'],
  },
  {
    name: 'a short name in the wrong namespace',
    mesh: [
      ORDERS,
      service('front', { namespace: 'web' }),
      routes('orders', '- route: [{ destination: { host: orders.shop.svc.cluster.local } }]', { namespace: 'web' }),
    ],
    finds: ['warning VirtualService web/orders spec.hosts[0] | hosts: [orders]'],
  },
  {
    name: 'a name with a slip',
    mesh: [ORDERS, routes('ordes', '- route: [{ destination: { host: orders } }]')],
    finds: ['warning VirtualService shop/ordes spec.hosts[0] | hosts: [ordes]'],
  },
  {
    name: 'names that are there, and one of the internet',
    mesh: [
      ORDERS,
      routes('orders', '- route: [{ destination: { host: orders } }]', {
        hosts: '[orders, orders.shop.svc.cluster.local, shop.example.com]',
      }),
    ],
    finds: [],
  },
  {
    name: 'for a gateway only',
    mesh: [
      ORDERS,
      gateway('edge', { namespace: 'shop' }),
      routes('orders', '- route: [{ destination: { host: orders } }]', { hosts: '[orders.shop]', gateways: '[edge]' }),
    ],
    finds: [],
  },
  {
    name: 'a namespace that is not among the files',
    mesh: [
      ORDERS,
      routes('users', '- route: [{ destination: { host: orders } }]', { hosts: '[users.people.svc.cluster.local]' }),
    ],
    finds: [],
  },
])('$name', ({ mesh, finds }) => {
  expect(found(virtualServiceHostUnknown, mesh)).toEqual(finds);
});

test('it says what was found and how to fix it, and which codes it answers to', () => {
  const mesh = [ORDERS, routes('orders', '- route: [{ destination: { host: orders } }]', { hosts: '[orders.shop]' })];
  expect(wordsOf(virtualServiceHostUnknown, mesh)).toEqual([
    '"orders.shop" is no full name: these rules act only for requests to port 80 that write exactly "orders.shop", all others get the default route -> write the full name orders.shop.svc.cluster.local',
  ]);
  expect(codesOf(virtualServiceHostUnknown, mesh)).toEqual(['KIA1101']);
});

test.each([
  { name: 'a host of a gateway, and no word of the gateway', gateways: '', hits: 1 },
  { name: 'bound to it', gateways: '[edge/public]', hits: 0 },
  { name: 'bound to it and for sidecars', gateways: '[edge/public, mesh]', hits: 0 },
])('$name', ({ gateways, hits }) => {
  const rules = routes('shop', '- route: [{ destination: { host: orders } }]', {
    hosts: '[shop.example.com]',
    gateways,
  });
  const entrance = gateway('public', { hosts: '[shop.example.com]' });
  expect(found(virtualServiceHostUnknown, [ORDERS, entrance, rules])).toHaveLength(hits);
  const other = routes('front', '- route: [{ destination: { host: orders } }]', {
    hosts: '["*.example.com"]',
    gateways: '[edge/public]',
  });
  expect(found(virtualServiceHostUnknown, [ORDERS, entrance, rules, other]), 'another one is bound to it').toEqual([]);
  expect(found(virtualServiceHostUnknown, [ORDERS, gateway('public'), rules]), 'a gateway for all hosts').toEqual([]);
});

test('it says which gateway', () => {
  const rules = routes('shop', '- route: [{ destination: { host: orders } }]', { hosts: '[shop.example.com]' });
  expect(
    wordsOf(virtualServiceHostUnknown, [ORDERS, gateway('public', { hosts: '[shop.example.com]' }), rules]),
  ).toEqual([
    'Gateway "edge/public" takes in "shop.example.com", and this VirtualService names no gateway, which means sidecars only: no rule is for the host there, and the gateway answers 404 -> add gateways: [edge/public]',
  ]);
});
