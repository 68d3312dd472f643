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
