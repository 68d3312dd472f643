import { expect, test } from 'vitest';
import { subsetNotVisible } from '../../../charts-src/check/rules/w106-subset-not-visible.ts';
import { codesOf, found, wordsOf } from '../found.ts';
import { gateway, gatewayPods, namespace, object, ORDERS, pods, routes, service } from '../parts.ts';

test.each([
  {
    name: 'for sidecars only, by a rule of a VirtualService that a gateway elsewhere is bound to as well',
    mesh: [
      namespace('shop'),
      pods('web', '{ app: web }'),
      gatewayPods(),
      gateway('edge'),
      service('orders', { namespace: 'stock' }),
      object(
        'DestinationRule',
        'orders',
        `host: orders.stock.svc.cluster.local
subsets: [{ name: v1 }]`,
      ),
      routes(
        'orders',
        `- match: [{ gateways: [mesh] }]
  route: [{ destination: { host: orders.stock.svc.cluster.local, subset: v1 } }]
- match: [{ gateways: [edge/edge] }]
  route: [{ destination: { host: orders.stock.svc.cluster.local } }]`,
        { gateways: '[mesh, edge/edge]', hosts: '[a.example.com]' },
      ),
    ],
    finds: [],
  },
  {
    name: 'in one of two copies of a rule, and which of them is in the cluster nobody knows',
    mesh: [
      ORDERS.replace(/subsets:[^]*$/, 'subsets: [{ name: v9, labels: { version: v9 } }]\n'),
      ORDERS.replace('host: orders', 'host: orders\n  exportTo: [stock]'),
      routes(
        'orders',
        `- route:
    - destination:
        host: orders
        subset: v1`,
      ),
    ],
    finds: [],
  },
  {
    name: 'in a third namespace',
    mesh: [
      namespace('shop'),
      service('orders'),
      pods('orders-v1', '{ app: orders, version: v1 }'),
      object(
        'DestinationRule',
        'orders',
        `host: orders.shop.svc.cluster.local
subsets: [{ name: v1, labels: { version: v1 } }]`,
        'config',
      ),
      routes(
        'orders',
        `- route:
    - destination:
        host: orders
        subset: v1`,
      ),
    ],
    finds: ['error VirtualService shop/orders spec.http[0].route[0].destination.subset | subset: v1'],
  },
  {
    name: 'private, and used by a gateway in another namespace',
    mesh: [
      ORDERS.replace('host: orders', 'host: orders\n  exportTo: ["."]'),
      gatewayPods(),
      gateway('edge'),
      routes(
        'orders',
        `- route:
    - destination:
        host: orders
        subset: v1`,
        { hosts: '[a.example.com]', gateways: '[edge/edge]' },
      ),
    ],
    finds: ['error VirtualService shop/orders spec.http[0].route[0].destination.subset | subset: v1'],
  },
  {
    name: 'private, and used by a gateway of Istio that is not among the files',
    mesh: [
      ORDERS.replace('host: orders', 'host: orders\n  exportTo: ["."]'),
      gateway('edge', { selector: '{ istio: ingressgateway }', namespace: 'shop' }),
      routes(
        'orders',
        `- route:
    - destination:
        host: orders
        subset: v1`,
        { hosts: '[a.example.com]', gateways: '[edge]' },
      ),
    ],
    finds: ['warning VirtualService shop/orders spec.http[0].route[0].destination.subset | subset: v1'],
  },
  {
    name: 'another rule comes first for clients of one namespace',
    mesh: [
      ORDERS,
      namespace('web'),
      pods('front', '{ app: front }', { namespace: 'web', env: '[{ name: ORDERS, value: "http://orders.shop" }]' }),
      object(
        'DestinationRule',
        'own',
        `host: orders.shop.svc.cluster.local
trafficPolicy: { loadBalancer: { simple: RANDOM } }`,
        'web',
      ),
      routes(
        'orders',
        `- route:
    - destination:
        host: orders
        subset: v1`,
      ),
    ],
    finds: ['warning VirtualService shop/orders spec.http[0].route[0].destination.subset | subset: v1'],
  },
  {
    name: 'private, and nobody calls from elsewhere',
    mesh: [
      ORDERS.replace('host: orders', 'host: orders\n  exportTo: ["."]'),
      namespace('web'),
      pods('front', '{ app: front }', { namespace: 'web' }),
      routes('orders', '- route: [{ destination: { host: orders, subset: v1 } }]'),
    ],
    finds: [],
  },
  {
    name: 'in the namespace of the host',
    mesh: [
      ORDERS,
      gatewayPods(),
      gateway('edge'),
      routes('orders', '- route: [{ destination: { host: orders, subset: v1 } }]', {
        hosts: '[a.example.com, orders]',
        gateways: '[edge/edge, mesh]',
      }),
    ],
    finds: [],
  },
  {
    name: 'in the namespace of the only clients',
    mesh: [
      namespace('web'),
      pods('front', '{ app: front }', { namespace: 'web' }),
      service('orders'),
      object(
        'DestinationRule',
        'own',
        `host: orders.shop.svc.cluster.local
subsets: [{ name: v1, labels: { version: v1 } }]`,
        'web',
      ),
      routes('orders', '- route: [{ destination: { host: orders.shop.svc.cluster.local, subset: v1 } }]', {
        namespace: 'web',
        hosts: '[orders.shop.svc.cluster.local]',
        exportTo: '["."]',
      }),
    ],
    finds: [],
  },
  {
    name: 'in the root namespace',
    mesh: [
      namespace('shop'),
      service('orders'),
      pods('orders-v1', '{ app: orders, version: v1 }'),
      object(
        'DestinationRule',
        'orders',
        `host: orders.shop.svc.cluster.local
subsets: [{ name: v1, labels: { version: v1 } }]`,
        'istio-system',
      ),
      routes('orders', '- route: [{ destination: { host: orders, subset: v1 } }]'),
    ],
    finds: [],
  },
  {
    name: 'not declared at all is W104',
    mesh: [ORDERS, routes('orders', '- route: [{ destination: { host: orders, subset: v9 } }]')],
    finds: [],
  },
  {
    name: 'a host that is not among the files',
    mesh: [
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
  expect(found(subsetNotVisible, mesh)).toEqual(finds);
});

test('it says what was found and how to fix it, and which codes it answers to', () => {
  const mesh = [
    namespace('shop'),
    service('orders'),
    pods('orders-v1', '{ app: orders, version: v1 }'),
    object(
      'DestinationRule',
      'orders',
      `host: orders.shop.svc.cluster.local
subsets: [{ name: v1, labels: { version: v1 } }]`,
      'config',
    ),
    routes(
      'orders',
      `- route:
    - destination:
        host: orders
        subset: v1`,
    ),
  ];
  expect(wordsOf(subsetNotVisible, mesh)).toEqual([
    'subset "v1" of host "orders" does not reach proxies in namespace "shop": DestinationRule config/orders is in a namespace that is neither theirs nor that of the host, so Envoy answers 503 there -> put a DestinationRule with the subset into the namespace of the host, exported to all who route to it',
  ]);
  expect(codesOf(subsetNotVisible, mesh)).toEqual([]);
});
