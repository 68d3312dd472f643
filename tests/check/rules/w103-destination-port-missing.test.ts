import { expect, test } from 'vitest';
import { destinationPortMissing } from '../../../charts-src/check/rules/w103-destination-port-missing.ts';
import { codesOf, found, wordsOf } from '../found.ts';
import { gateway, gatewayPods, ORDERS, routes, service } from '../parts.ts';

test.each([
  {
    name: 'another Service that has only another port',
    mesh: [
      ORDERS,
      service('next', { ports: '[{ name: http, port: 8000 }]' }),
      routes('orders', '- route: [{ destination: { host: next } }]'),
    ],
    finds: [
      'error VirtualService shop/orders spec.http[0].route[0].destination.host | - route: [{ destination: { host: next } }]',
    ],
  },
  {
    name: 'some of the ports that are called',
    mesh: [
      service('orders', { ports: '[{ name: http, port: 80 }, { name: http-admin, port: 81 }]' }),
      service('next'),
      routes('orders', '- route: [{ destination: { host: next } }]'),
    ],
    finds: [
      'warning VirtualService shop/orders spec.http[0].route[0].destination.host | - route: [{ destination: { host: next } }]',
    ],
  },
  {
    name: 'several ports behind a gateway that opens none of them',
    mesh: [
      gatewayPods(),
      gateway('edge'),
      service('orders', { ports: '[{ name: http, port: 8000 }, { name: http-admin, port: 8001 }]' }),
      routes('orders', '- route: [{ destination: { host: orders } }]', {
        hosts: '[a.example.com]',
        gateways: '[edge/edge]',
      }),
    ],
    finds: [
      'error VirtualService shop/orders spec.http[0].route[0].destination.host | - route: [{ destination: { host: orders } }]',
    ],
  },
  {
    name: 'several ports, and nobody knows which one is called',
    mesh: [
      service('orders', { ports: '[{ name: http, port: 8000 }, { name: http-admin, port: 8001 }]' }),
      routes('orders', '- route: [{ destination: { host: orders } }]', { hosts: '[a.example.com]' }),
    ],
    finds: [
      'warning VirtualService shop/orders spec.http[0].route[0].destination.host | - route: [{ destination: { host: orders } }]',
    ],
  },
  {
    name: 'the host itself, with all of its ports',
    mesh: [
      service('orders', { ports: '[{ name: http, port: 80 }, { name: http-admin, port: 81 }]' }),
      routes('orders', '- route: [{ destination: { host: orders } }]'),
    ],
    finds: [],
  },
  {
    name: 'one port behind a gateway',
    mesh: [
      gatewayPods(),
      gateway('edge'),
      service('orders', { ports: '[{ name: http, port: 8000 }]' }),
      routes('orders', '- route: [{ destination: { host: orders } }]', {
        hosts: '[a.example.com]',
        gateways: '[edge/edge]',
      }),
    ],
    finds: [],
  },
  {
    name: 'servers of a gateway that have other hosts, hand TLS on, or send everybody to https',
    mesh: [
      gatewayPods(),
      `---
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: { name: edge, namespace: edge }
spec:
  selector: { istio: edge }
  servers:
    - { port: { number: 80, name: http, protocol: HTTP }, hosts: [a.example.com] }
    - { port: { number: 81, name: other, protocol: HTTP }, hosts: [b.example.com] }
    - { port: { number: 82, name: moved, protocol: HTTP }, hosts: ['*'], tls: { httpsRedirect: true } }
    - { port: { number: 443, name: tls, protocol: TLS }, hosts: ['*'], tls: { mode: PASSTHROUGH } }
`,
      service('orders', { ports: '[{ name: http, port: 80 }, { name: http-admin, port: 8001 }]' }),
      routes('orders', '- route: [{ destination: { host: orders } }]', {
        hosts: '[a.example.com]',
        gateways: '[edge/edge]',
      }),
    ],
    finds: [],
  },
  {
    name: 'a port that speaks another protocol, a rule for one port',
    mesh: [
      service('orders', {
        ports: '[{ name: http, port: 80 }, { name: tcp-metrics, port: 9090 }, { name: http-admin, port: 81 }]',
      }),
      service('next'),
      routes(
        'orders',
        `- match: [{ port: 80 }]
  route: [{ destination: { host: next } }]`,
      ),
    ],
    finds: [],
  },
  {
    name: 'the port is named',
    mesh: [
      ORDERS,
      service('next', { ports: '[{ name: http, port: 8000 }]' }),
      routes('orders', '- route: [{ destination: { host: next, port: { number: 8000 } } }]'),
    ],
    finds: [],
  },
  {
    name: 'the same port',
    mesh: [ORDERS, service('next'), routes('orders', '- route: [{ destination: { host: next } }]')],
    finds: [],
  },
])('$name', ({ mesh, finds }) => {
  expect(found(destinationPortMissing, mesh)).toEqual(finds);
});

test('it says what was found and how to fix it, and which codes it answers to', () => {
  const mesh = [
    ORDERS,
    service('next', { ports: '[{ name: http, port: 8000 }]' }),
    routes('orders', '- route: [{ destination: { host: next } }]'),
  ];
  expect(wordsOf(destinationPortMissing, mesh)).toEqual([
    'without a port, requests to port 80 stay on that port, which host "next" does not have (its ports: 8000): Envoy answers 503 -> add the port: port: { number: 8000 }',
  ]);
  expect(codesOf(destinationPortMissing, mesh)).toEqual([]);
});
