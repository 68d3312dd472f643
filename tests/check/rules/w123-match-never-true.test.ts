import { expect, test } from 'vitest';
import { matchNeverTrue } from '../../../charts-src/check/rules/w123-match-never-true.ts';
import { codesOf, found, wordsOf } from '../found.ts';
import { gateway, object, ORDERS, routes } from '../parts.ts';

test.each([
  {
    name: 'the port of the pods',
    mesh: [
      ORDERS,
      routes(
        'orders',
        `- match:
    - port: 8080
  route: [{ destination: { host: orders } }]`,
      ),
    ],
    finds: ['warning VirtualService shop/orders spec.http[0].match[0].port | - port: 8080'],
  },
  {
    name: 'a port of no server of the gateway',
    mesh: [
      ORDERS,
      gateway('edge'),
      routes(
        'orders',
        `- match:
    - port: 8443
  route: [{ destination: { host: orders } }]`,
        { hosts: '[a.example.com]', gateways: '[edge/edge]' },
      ),
    ],
    finds: ['warning VirtualService shop/orders spec.http[0].match[0].port | - port: 8443'],
  },
  {
    name: 'a query in the path',
    mesh: [
      routes(
        'orders',
        `- match:
    - uri: { exact: "/find?q=1" }
  route: [{ destination: { host: orders } }]`,
      ),
    ],
    finds: ['warning VirtualService shop/orders spec.http[0].match[0].uri.exact | - uri: { exact: "/find?q=1" }'],
  },
  {
    name: 'no slash at the start',
    mesh: [
      routes(
        'orders',
        `- match:
    - uri: { prefix: api }
    - uri: { regex: "^orders/.*" }
  route: [{ destination: { host: orders } }]`,
      ),
    ],
    finds: [
      'warning VirtualService shop/orders spec.http[0].match[0].uri.prefix | - uri: { prefix: api }',
      'warning VirtualService shop/orders spec.http[0].match[1].uri.regex | - uri: { regex: "^orders/.*" }',
    ],
  },
  {
    name: 'a gateway that the VirtualService does not have',
    mesh: [
      routes(
        'orders',
        `- match:
    - gateways: [edge/other]
  route: [{ destination: { host: orders } }]`,
        { gateways: '[edge/edge, mesh]' },
      ),
    ],
    finds: ['warning VirtualService shop/orders spec.http[0].match[0].gateways | - gateways: [edge/other]'],
  },
  {
    name: 'tcp and tls',
    mesh: [
      object(
        'ServiceEntry',
        'db',
        `hosts: [db.example.com]
addresses: [10.0.0.1]
ports: [{ number: 5432, name: tcp, protocol: TCP }]`,
      ),
      object(
        'VirtualService',
        'db',
        `hosts: [db.example.com]
tcp:
  - match:
      - port: 5433
    route: [{ destination: { host: db.example.com } }]`,
      ),
    ],
    finds: ['warning VirtualService shop/db spec.tcp[0].match[0].port | - port: 5433'],
  },
  {
    name: 'a port of the Service, a gateway that is there',
    mesh: [
      ORDERS,
      gateway('edge'),
      routes(
        'orders',
        `- match: [{ port: 80, gateways: [edge/edge, mesh], uri: { regex: ".*/x" } }]
  route: [{ destination: { host: orders } }]`,
        { gateways: '[edge/edge, mesh]' },
      ),
    ],
    finds: [],
  },
  {
    name: 'a host or a gateway that is not among the files',
    mesh: [
      routes(
        'ghost',
        `- match: [{ port: 8080 }]
  route: [{ destination: { host: orders } }]`,
      ),
      ORDERS,
      routes(
        'two',
        `- match: [{ port: 8080 }]
  route: [{ destination: { host: orders } }]`,
        { hosts: '[orders]', gateways: '[ghost, mesh]' },
      ),
    ],
    finds: [],
  },
])('$name', ({ mesh, finds }) => {
  expect(found(matchNeverTrue, mesh)).toEqual(finds);
});

test('it says what was found and how to fix it, and which codes it answers to', () => {
  const mesh = [
    ORDERS,
    routes(
      'orders',
      `- match:
    - port: 8080
  route: [{ destination: { host: orders } }]`,
    ),
  ];
  expect(wordsOf(matchNeverTrue, mesh)).toEqual([
    'port 8080 is no port that is called here (80), so this match never acts: 8080 is the port of the pods behind port 80 -> name the port of the Service, 80',
  ]);
  expect(codesOf(matchNeverTrue, mesh)).toEqual([]);
});
