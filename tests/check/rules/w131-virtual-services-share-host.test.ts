import { expect, test } from 'vitest';
import { virtualServicesShareHost } from '../../../charts-src/check/rules/w131-virtual-services-share-host.ts';
import { codesOf, found, wordsOf } from '../found.ts';
import { object, routes } from '../parts.ts';

test.each([
  {
    name: 'the same host, short and full',
    mesh: [
      routes('orders', '- route: [{ destination: { host: orders } }]'),
      routes('more', '- route: [{ destination: { host: orders } }]', {
        hosts: '[orders.shop.svc.cluster.local]',
        namespace: 'web',
      }),
    ],
    finds: [
      'error VirtualService shop/orders spec.hosts[0] | hosts: [orders]',
      'error VirtualService web/more spec.hosts[0] | hosts: [orders.shop.svc.cluster.local]',
    ],
  },
  {
    name: 'both exported to one namespace by name',
    mesh: [
      routes('one', '- route: [{ destination: { host: a } }]', {
        hosts: '[x.example.com]',
        exportTo: '[web, a]',
        namespace: 'n1',
      }),
      routes('two', '- route: [{ destination: { host: a } }]', {
        hosts: '[x.example.com]',
        exportTo: '[web, b]',
        namespace: 'n2',
      }),
    ],
    finds: [
      'error VirtualService n1/one spec.hosts[0] | hosts: [x.example.com]',
      'error VirtualService n2/two spec.hosts[0] | hosts: [x.example.com]',
    ],
  },
  {
    name: 'one is private and counts there',
    mesh: [
      routes('orders', '- route: [{ destination: { host: orders } }]', { hosts: '[orders.shop.svc.cluster.local]' }),
      routes('own', '- route: [{ destination: { host: orders } }]', {
        hosts: '[orders.shop.svc.cluster.local]',
        exportTo: '["."]',
        namespace: 'web',
      }),
    ],
    finds: [
      'info VirtualService shop/orders spec.hosts[0] | hosts: [orders.shop.svc.cluster.local]',
      'info VirtualService web/own spec.hosts[0] | hosts: [orders.shop.svc.cluster.local]',
    ],
  },
  {
    name: 'a private wildcard below a public one',
    mesh: [
      routes('a', '- route: [{ destination: { host: orders } }]', { hosts: '["*.a.example.com"]', exportTo: '["."]' }),
      routes('b', '- route: [{ destination: { host: orders } }]', { hosts: '["*.example.com"]' }),
    ],
    finds: [
      'info VirtualService shop/a spec.hosts[0] | hosts: ["*.a.example.com"]',
      'info VirtualService shop/b spec.hosts[0] | hosts: ["*.example.com"]',
    ],
  },
  {
    name: 'rules for other protocols',
    mesh: [
      routes('a', '- route: [{ destination: { host: orders } }]', { hosts: '[x.example.com]' }),
      object(
        'VirtualService',
        'b',
        `hosts: [x.example.com]
tcp: [{ route: [{ destination: { host: orders } }] }]`,
      ),
    ],
    finds: [
      'info VirtualService shop/a spec.hosts[0] | hosts: [x.example.com]',
      'info VirtualService shop/b spec.hosts[0] | hosts: [x.example.com]',
    ],
  },
  {
    name: 'other hosts, gateways, namespaces',
    mesh: [
      routes('a', '- route: [{ destination: { host: orders } }]', { hosts: '[orders]' }),
      routes('b', '- route: [{ destination: { host: orders } }]', { hosts: '[users]' }),
      routes('c', '- route: [{ destination: { host: orders } }]', { hosts: '[orders]', gateways: '[edge/edge]' }),
      routes('d', '- route: [{ destination: { host: orders } }]', { hosts: '[y.example.com]', exportTo: '[n1]' }),
      routes('e', '- route: [{ destination: { host: orders } }]', { hosts: '[y.example.com]', exportTo: '[n2]' }),
    ],
    finds: [],
  },
  {
    name: 'the same object in two files',
    mesh: [
      routes('orders', '- route: [{ destination: { host: orders } }]'),
      routes('orders', '- route: [{ destination: { host: orders, subset: v1 } }]'),
    ],
    finds: [],
  },
])('$name', ({ mesh, finds }) => {
  expect(found(virtualServicesShareHost, mesh)).toEqual(finds);
});

test('it says what was found and how to fix it, and which codes it answers to', () => {
  const mesh = [
    routes('orders', '- route: [{ destination: { host: orders } }]'),
    routes('more', '- route: [{ destination: { host: orders } }]', {
      hosts: '[orders.shop.svc.cluster.local]',
      namespace: 'web',
    }),
  ];
  expect(wordsOf(virtualServicesShareHost, mesh)).toEqual([
    'VirtualService shop/orders is for host "orders.shop.svc.cluster.local" too: sidecars do not merge them, the oldest counts as a whole and the rules of the others are dropped -> make one VirtualService of them, or let one delegate to the others',
    'VirtualService web/more is for host "orders.shop.svc.cluster.local" too: sidecars do not merge them, the oldest counts as a whole and the rules of the others are dropped -> make one VirtualService of them, or let one delegate to the others',
  ]);
  expect(codesOf(virtualServicesShareHost, mesh)).toEqual(['IST0109', 'KIA1106', 'IST0109', 'KIA1106']);
});
