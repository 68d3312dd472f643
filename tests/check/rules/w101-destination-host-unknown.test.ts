import { expect, test } from 'vitest';
import { destinationHostUnknown } from '../../../charts-src/check/rules/w101-destination-host-unknown.ts';
import { codesOf, found, wordsOf } from '../found.ts';
import { object, ORDERS, routes, service, namespace } from '../parts.ts';

test.each([
  {
    name: 'no such Service in a namespace that is described',
    mesh: [ORDERS, routes('orders', '- route: [{ destination: { host: ordrs } }]')],
    finds: [
      'error VirtualService shop/orders spec.http[0].route[0].destination.host | - route: [{ destination: { host: ordrs } }]',
    ],
  },
  {
    name: 'a short name that is completed with the wrong namespace',
    mesh: [
      ORDERS,
      routes('outside', '- route: [{ destination: { host: orders } }]', {
        namespace: 'web',
        hosts: '[orders.shop.svc.cluster.local]',
      }),
      service('front', { namespace: 'web' }),
    ],
    finds: [
      'error VirtualService web/outside spec.http[0].route[0].destination.host | - route: [{ destination: { host: orders } }]',
    ],
  },
  {
    name: 'half a name',
    mesh: [ORDERS, routes('orders', '- route: [{ destination: { host: orders.shop } }]')],
    finds: [
      'error VirtualService shop/orders spec.http[0].route[0].destination.host | - route: [{ destination: { host: orders.shop } }]',
    ],
  },
  {
    name: 'half a name with svc',
    mesh: [ORDERS, routes('orders', '- route: [{ destination: { host: orders.shop.svc } }]')],
    finds: [
      'error VirtualService shop/orders spec.http[0].route[0].destination.host | - route: [{ destination: { host: orders.shop.svc } }]',
    ],
  },
  {
    name: 'a mirror',
    mesh: [
      ORDERS,
      routes(
        'orders',
        `- route: [{ destination: { host: orders } }]
  mirror: { host: ghost }
  mirrors: [{ destination: { host: ghost2 } }]`,
      ),
    ],
    finds: [
      'error VirtualService shop/orders spec.http[0].mirror.host | mirror: { host: ghost }',
      'error VirtualService shop/orders spec.http[0].mirrors[0].destination.host | mirrors: [{ destination: { host: ghost2 } }]',
    ],
  },
  {
    name: 'tcp and tls routes',
    mesh: [
      ORDERS,
      object(
        'VirtualService',
        'orders',
        `hosts: [orders]
tcp: [{ route: [{ destination: { host: ghost } }] }]
tls: [{ match: [{ sniHosts: [orders] }], route: [{ destination: { host: ghost2 } }] }]`,
      ),
    ],
    finds: [
      'error VirtualService shop/orders spec.tcp[0].route[0].destination.host | tcp: [{ route: [{ destination: { host: ghost } }] }]',
      'error VirtualService shop/orders spec.tls[0].route[0].destination.host | tls: [{ match: [{ sniHosts: [orders] }], route: [{ destination: { host: ghost2 } }] }]',
    ],
  },
  {
    name: 'a Service that is exported elsewhere',
    mesh: [service('orders', { exportTo: 'web' }), routes('orders', '- route: [{ destination: { host: orders } }]')],
    finds: [
      'error VirtualService shop/orders spec.http[0].route[0].destination.host | - route: [{ destination: { host: orders } }]',
    ],
  },
  {
    name: 'a name of the internet without ServiceEntry',
    mesh: [ORDERS, routes('orders', '- route: [{ destination: { host: api.pay.example.com } }]')],
    finds: [
      'warning VirtualService shop/orders spec.http[0].route[0].destination.host | - route: [{ destination: { host: api.pay.example.com } }]',
    ],
  },
  {
    name: 'a namespace that is not among the files, said once',
    mesh: [
      ORDERS,
      routes(
        'orders',
        '- route: [{ destination: { host: users.people.svc.cluster.local }, weight: 50 }, { destination: { host: users.people.svc.cluster.local }, weight: 50 }]',
      ),
    ],
    finds: [
      'info VirtualService shop/orders spec.http[0].route[0].destination.host | - route: [{ destination: { host: users.people.svc.cluster.local }, weight: 50 }, { destination: { host: users.people.svc.cluster.local }, weight: 50 }]',
    ],
  },
  {
    name: 'short and full names',
    mesh: [
      ORDERS,
      routes('orders', '- route: [{ destination: { host: orders.shop.svc.cluster.local } }]'),
      routes('two', '- route: [{ destination: { host: orders } }]'),
    ],
    finds: [],
  },
  {
    name: 'a ServiceEntry, exact and with a wildcard',
    mesh: [
      object(
        'ServiceEntry',
        'pay',
        `hosts: [api.pay.example.com, "*.bank.example.com"]
ports: [{ number: 443, name: https, protocol: HTTPS }]`,
      ),
      routes(
        'pay',
        '- route: [{ destination: { host: api.pay.example.com } }, { destination: { host: eu.bank.example.com } }]',
      ),
    ],
    finds: [],
  },
  {
    name: 'the API server, and what Istio installs',
    mesh: [
      ORDERS,
      service('front', { namespace: 'default' }),
      service('own', { namespace: 'istio-system' }),
      routes('orders', '- route: [{ destination: { host: kubernetes.default.svc.cluster.local } }]'),
    ],
    finds: [],
  },
  {
    name: 'a Service that is exported to where the VirtualService is',
    mesh: [
      service('orders', { exportTo: 'web' }),
      routes('orders', '- route: [{ destination: { host: orders } }]', { exportTo: '[web]' }),
    ],
    finds: [],
  },
  { name: 'an address', mesh: [ORDERS, routes('orders', '- route: [{ destination: { host: 10.0.0.1 } }]')], finds: [] },
])('$name', ({ mesh, finds }) => {
  expect(found(destinationHostUnknown, mesh)).toEqual(finds);
});

test('it says what was found and how to fix it, and which codes it answers to', () => {
  const mesh = [ORDERS, routes('orders', '- route: [{ destination: { host: ordrs } }]')];
  expect(wordsOf(destinationHostUnknown, mesh)).toEqual([
    'host "ordrs" (ordrs.shop.svc.cluster.local) is unknown: namespace "shop" has no such Service, so Envoy has no cluster for it and answers 503 -> did you mean orders',
  ]);
  expect(codesOf(destinationHostUnknown, mesh)).toEqual(['IST0101', 'KIA1101']);
});

test.each([
  { name: 'a namespace that is declared and has no Services', of: 'web', declared: ['web'], meant: true },
  { name: 'a slip in the namespace', of: 'shopp', declared: [], meant: true },
  { name: 'a namespace that is elsewhere', of: 'web', declared: [], meant: false },
])('a Service of the same name in another namespace: $name', ({ of, declared, meant }) => {
  const rules = routes('orders', `- route: [{ destination: { host: orders.${of}.svc.cluster.local } }]`);
  const mesh = [ORDERS, ...declared.map(namespace), rules];
  expect(wordsOf(destinationHostUnknown, mesh).map((text) => text.split(' -> ')[1])).toEqual([
    meant ? 'did you mean orders.shop.svc.cluster.local' : `check the manifests of "${of}" together with these`,
  ]);
  expect(found(destinationHostUnknown, mesh)[0]?.split(' ')[0]).toBe(meant ? 'warning' : 'info');
});
