import { expect, test } from 'vitest';
import { rulesOfOtherProtocol } from '../../../charts-src/check/rules/w130-rules-of-other-protocol.ts';
import { codesOf, found, wordsOf } from '../found.ts';
import { gateway, object, ORDERS, routes, service } from '../parts.ts';

test.each([
  {
    name: 'http rules for a tcp port',
    mesh: [
      service('db', { ports: '[{ name: tcp-db, port: 5432 }]' }),
      routes('db', '- route: [{ destination: { host: db } }]'),
    ],
    finds: ['warning VirtualService shop/db spec.http | http:'],
  },
  {
    name: 'tcp and tls rules for an http port',
    mesh: [
      ORDERS,
      object(
        'VirtualService',
        'orders',
        `hosts: [orders]
tcp:
  - route: [{ destination: { host: orders } }]
tls:
  - match: [{ sniHosts: [orders] }]
    route: [{ destination: { host: orders } }]`,
      ),
    ],
    finds: ['warning VirtualService shop/orders spec.tcp | tcp:', 'warning VirtualService shop/orders spec.tls | tls:'],
  },
  {
    name: 'http rules where the gateway does not open TLS',
    mesh: [
      gateway('edge', { port: 443, protocol: 'TLS', tls: '{ mode: PASSTHROUGH }' }),
      routes('orders', '- route: [{ destination: { host: orders } }]', {
        hosts: '[a.example.com]',
        gateways: '[edge/edge]',
      }),
    ],
    finds: ['error VirtualService shop/orders spec.http | http:'],
  },
  {
    name: 'tls rules where the gateway opens TLS',
    mesh: [
      gateway('edge', { port: 443, protocol: 'HTTPS', tls: '{ mode: SIMPLE, credentialName: c }' }),
      object(
        'VirtualService',
        'orders',
        `hosts: [a.example.com]
gateways: [edge/edge]
tls:
  - match: [{ sniHosts: [a.example.com] }]
    route: [{ destination: { host: orders } }]`,
      ),
    ],
    finds: ['error VirtualService shop/orders spec.tls | tls:'],
  },
  {
    name: 'http on http, on a port whose protocol is sniffed, on one of two',
    mesh: [
      ORDERS,
      routes('orders', '- route: [{ destination: { host: orders } }]'),
      service('any', { ports: '[{ port: 80, name: web }]' }),
      routes('any', '- route: [{ destination: { host: any } }]'),
      service('mix', { ports: '[{ port: 80, name: http }, { port: 81, name: tcp-x }]' }),
      routes('mix', '- route: [{ destination: { host: mix } }]'),
    ],
    finds: [],
  },
  {
    name: 'tls and tcp rules where they act',
    mesh: [
      service('db', { ports: '[{ name: tcp-db, port: 5432 }]' }),
      object(
        'VirtualService',
        'db',
        `hosts: [db]
tcp: [{ route: [{ destination: { host: db } }] }]`,
      ),
      gateway('edge', { port: 443, protocol: 'TLS', tls: '{ mode: PASSTHROUGH }' }),
      object(
        'VirtualService',
        'pass',
        `hosts: [a.example.com]
gateways: [edge/edge]
tls: [{ match: [{ sniHosts: [a.example.com] }], route: [{ destination: { host: db } }] }]`,
      ),
    ],
    finds: [],
  },
  {
    name: 'a gateway or a host that is not among the files',
    mesh: [
      routes('x', '- route: [{ destination: { host: db } }]', { gateways: '[edge/edge]' }),
      routes('ghost', '- route: [{ destination: { host: ghost } }]'),
    ],
    finds: [],
  },
])('$name', ({ mesh, finds }) => {
  expect(found(rulesOfOtherProtocol, mesh)).toEqual(finds);
});

test('it says what was found and how to fix it, and which codes it answers to', () => {
  const mesh = [
    service('db', { ports: '[{ name: tcp-db, port: 5432 }]' }),
    routes('db', '- route: [{ destination: { host: db } }]'),
  ];
  expect(wordsOf(rulesOfOtherProtocol, mesh)).toEqual([
    'http rules act on no port here (port 5432 is TCP): the proxies pass these connections on without them -> name the port http-… or set appProtocol: http, if it speaks HTTP; else write tcp rules',
  ]);
  expect(codesOf(rulesOfOtherProtocol, mesh)).toEqual([]);
});
