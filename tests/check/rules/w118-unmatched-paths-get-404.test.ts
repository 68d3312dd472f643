import { expect, test } from 'vitest';
import { unmatchedPathsGet404 } from '../../../charts-src/check/rules/w118-unmatched-paths-get-404.ts';
import { codesOf, found, wordsOf } from '../found.ts';
import { object, routes } from '../parts.ts';

test.each([
  {
    name: 'one prefix only',
    mesh: [
      routes(
        'orders',
        `- match: [{ uri: { prefix: /api } }]
  route: [{ destination: { host: orders } }]`,
      ),
    ],
    finds: ['warning VirtualService shop/orders spec.http | http:'],
  },
  {
    name: 'a header only',
    mesh: [
      routes(
        'orders',
        `- match: [{ headers: { x-beta: { exact: "1" } } }]
  route: [{ destination: { host: orders } }]`,
      ),
    ],
    finds: ['warning VirtualService shop/orders spec.http | http:'],
  },
  {
    name: 'the default rule is for some clients only',
    mesh: [
      routes(
        'orders',
        `- match: [{ uri: { prefix: /api } }]
  route: [{ destination: { host: orders } }]
- match: [{ sourceLabels: { app: front } }]
  route: [{ destination: { host: orders } }]`,
      ),
    ],
    finds: ['warning VirtualService shop/orders spec.http | http:'],
  },
  {
    name: 'the default rule is for another gateway',
    mesh: [
      routes(
        'orders',
        `- match: [{ uri: { prefix: /api } }]
  route: [{ destination: { host: orders } }]
- match: [{ gateways: [edge/edge] }]
  route: [{ destination: { host: orders } }]`,
        { gateways: '[mesh, edge/edge]' },
      ),
    ],
    finds: ['warning VirtualService shop/orders spec.http | http:'],
  },
  {
    name: 'a default rule in a delegate that vanishes',
    mesh: [
      routes(
        'orders',
        `- match: [{ uri: { prefix: /api } }]
  route: [{ destination: { host: orders } }]
- delegate: { name: ghost }`,
      ),
    ],
    finds: ['warning VirtualService shop/orders spec.http | http:'],
  },
  {
    name: 'a rule without match',
    mesh: [
      routes(
        'orders',
        `- match: [{ uri: { prefix: /api } }]
  route: [{ destination: { host: orders } }]
- route: [{ destination: { host: orders } }]`,
      ),
    ],
    finds: [],
  },
  {
    name: 'a rule for every path, however it is written',
    mesh: [
      routes(
        'a',
        `- match: [{ uri: { prefix: / } }]
  route: [{ destination: { host: orders } }]`,
      ),
      routes(
        'b',
        `- match: [{ uri: { regex: ".*" } }]
  route: [{ destination: { host: orders } }]`,
      ),
    ],
    finds: [],
  },
  {
    name: 'every client for whom a rule acts has a default',
    mesh: [
      routes(
        'orders',
        `- match: [{ uri: { prefix: /api }, sourceLabels: { app: front } }]
  route: [{ destination: { host: orders } }]
- match: [{ sourceLabels: { app: front } }]
  route: [{ destination: { host: orders } }]`,
      ),
    ],
    finds: [],
  },
  {
    name: 'with and without a header',
    mesh: [
      routes(
        'orders',
        `- match: [{ headers: { x-beta: {} } }]
  route: [{ destination: { host: orders } }]
- match: [{ withoutHeaders: { x-beta: {} } }]
  route: [{ destination: { host: orders } }]`,
      ),
    ],
    finds: [],
  },
  {
    name: 'at a gateway only, for tcp only',
    mesh: [
      routes(
        'orders',
        `- match: [{ uri: { prefix: /api } }]
  route: [{ destination: { host: orders } }]`,
        { gateways: '[edge/edge]' },
      ),
      object(
        'VirtualService',
        'raw',
        `hosts: [raw]
tcp: [{ match: [{ port: 1 }], route: [{ destination: { host: orders } }] }]`,
      ),
    ],
    finds: [],
  },
])('$name', ({ mesh, finds }) => {
  expect(found(unmatchedPathsGet404, mesh)).toEqual(finds);
});

test('it says what was found and how to fix it, and which codes it answers to', () => {
  const mesh = [
    routes(
      'orders',
      `- match: [{ uri: { prefix: /api } }]
  route: [{ destination: { host: orders } }]`,
    ),
  ];
  expect(wordsOf(unmatchedPathsGet404, mesh)).toEqual([
    'only requests to /api… have a rule: all others to orders get 404 from the proxy of the caller -> add a last rule without match that routes the rest',
  ]);
  expect(codesOf(unmatchedPathsGet404, mesh)).toEqual([]);
});
