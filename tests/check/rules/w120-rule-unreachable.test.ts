import { expect, test } from 'vitest';
import { ruleUnreachable } from '../../../charts-src/check/rules/w120-rule-unreachable.ts';
import { codesOf, found, wordsOf } from '../found.ts';
import { object, routes } from '../parts.ts';

test.each([
  {
    name: 'a prefix before a longer one',
    mesh: [
      routes(
        'orders',
        `- match: [{ uri: { prefix: /api } }]
  route: [{ destination: { host: a } }]
- match: [{ uri: { prefix: /api/v2 } }]
  route: [{ destination: { host: b } }]`,
      ),
    ],
    finds: ['warning VirtualService shop/orders spec.http[1] | - match: [{ uri: { prefix: /api/v2 } }]'],
  },
  {
    name: 'a prefix before an exact path',
    mesh: [
      routes(
        'orders',
        `- match: [{ uri: { prefix: /api } }]
  route: [{ destination: { host: a } }]
- match: [{ uri: { exact: /api/health } }]
  route: [{ destination: { host: b } }]`,
      ),
    ],
    finds: ['warning VirtualService shop/orders spec.http[1] | - match: [{ uri: { exact: /api/health } }]'],
  },
  {
    name: 'everything before a header',
    mesh: [
      routes(
        'orders',
        `- match: [{ uri: { prefix: / } }]
  route: [{ destination: { host: a } }]
- match: [{ uri: { prefix: /api }, headers: { x-beta: { exact: "1" } } }]
  route: [{ destination: { host: b } }]`,
      ),
    ],
    finds: [
      'warning VirtualService shop/orders spec.http[1] | - match: [{ uri: { prefix: /api }, headers: { x-beta: { exact: "1" } } }]',
    ],
  },
  {
    name: 'a regex for everything',
    mesh: [
      routes(
        'orders',
        `- match: [{ uri: { regex: ".*" } }]
  route: [{ destination: { host: a } }]
- match: [{ uri: { prefix: /api } }]
  route: [{ destination: { host: b } }]`,
      ),
    ],
    finds: ['warning VirtualService shop/orders spec.http[1] | - match: [{ uri: { prefix: /api } }]'],
  },
  {
    name: 'a regex with a fixed start, before an exact path',
    mesh: [
      routes(
        'orders',
        `- match: [{ uri: { regex: "/api/.*" } }]
  route: [{ destination: { host: a } }]
- match: [{ uri: { exact: /api/health } }]
  route: [{ destination: { host: b } }]`,
      ),
    ],
    finds: ['warning VirtualService shop/orders spec.http[1] | - match: [{ uri: { exact: /api/health } }]'],
  },
  {
    name: 'a prefix before a regex that begins with it',
    mesh: [
      routes(
        'orders',
        `- match: [{ uri: { prefix: /api } }]
  route: [{ destination: { host: a } }]
- match: [{ uri: { regex: "/api/v[12]/.*" } }]
  route: [{ destination: { host: b } }]`,
      ),
    ],
    finds: ['warning VirtualService shop/orders spec.http[1] | - match: [{ uri: { regex: "/api/v[12]/.*" } }]'],
  },
  {
    name: 'a regex that matches an exact path',
    mesh: [
      routes(
        'orders',
        `- match: [{ uri: { regex: "/api/v[0-9]+" } }]
  route: [{ destination: { host: a } }]
- match: [{ uri: { exact: /api/v2 } }]
  route: [{ destination: { host: b } }]`,
      ),
    ],
    finds: ['warning VirtualService shop/orders spec.http[1] | - match: [{ uri: { exact: /api/v2 } }]'],
  },
  {
    name: 'the same again',
    mesh: [
      routes(
        'orders',
        `- match: [{ uri: { exact: /a }, method: { exact: POST } }]
  route: [{ destination: { host: a } }]
- match: [{ method: { exact: POST }, uri: { exact: /a } }]
  route: [{ destination: { host: b } }]`,
      ),
    ],
    finds: [
      'warning VirtualService shop/orders spec.http[1] | - match: [{ method: { exact: POST }, uri: { exact: /a } }]',
    ],
  },
  {
    name: 'after a rule without match',
    mesh: [
      routes(
        'orders',
        `- route: [{ destination: { host: a } }]
- match: [{ uri: { prefix: /api } }]
  route: [{ destination: { host: b } }]`,
      ),
    ],
    finds: ['warning VirtualService shop/orders spec.http[1] | - match: [{ uri: { prefix: /api } }]'],
  },
  {
    name: 'case does not count before where it does',
    mesh: [
      routes(
        'orders',
        `- match: [{ uri: { prefix: /API }, ignoreUriCase: true }]
  route: [{ destination: { host: a } }]
- match: [{ uri: { prefix: /api/v1 } }]
  route: [{ destination: { host: b } }]`,
      ),
    ],
    finds: ['warning VirtualService shop/orders spec.http[1] | - match: [{ uri: { prefix: /api/v1 } }]'],
  },
  {
    name: 'every match of the rule, by different ones',
    mesh: [
      routes(
        'orders',
        `- match: [{ uri: { prefix: /a } }, { uri: { prefix: /b } }]
  route: [{ destination: { host: a } }]
- match: [{ uri: { exact: /a/1 } }, { uri: { exact: /b/1 } }]
  route: [{ destination: { host: b } }]`,
      ),
    ],
    finds: [
      'warning VirtualService shop/orders spec.http[1] | - match: [{ uri: { exact: /a/1 } }, { uri: { exact: /b/1 } }]',
    ],
  },
  {
    name: 'fewer headers before more, in any case',
    mesh: [
      routes(
        'orders',
        `- match: [{ headers: { X-Beta: {} } }]
  route: [{ destination: { host: a } }]
- match: [{ headers: { x-beta: { exact: "1" }, x-user: { exact: a } } }]
  route: [{ destination: { host: b } }]`,
      ),
    ],
    finds: [
      'warning VirtualService shop/orders spec.http[1] | - match: [{ headers: { x-beta: { exact: "1" }, x-user: { exact: a } } }]',
    ],
  },
  {
    name: 'all gateways before one',
    mesh: [
      routes(
        'orders',
        `- match: [{ uri: { prefix: /api } }]
  route: [{ destination: { host: a } }]
- match: [{ uri: { prefix: /api }, gateways: [edge/edge] }]
  route: [{ destination: { host: b } }]`,
        { gateways: '[edge/edge, mesh]' },
      ),
    ],
    finds: [
      'warning VirtualService shop/orders spec.http[1] | - match: [{ uri: { prefix: /api }, gateways: [edge/edge] }]',
    ],
  },
  {
    name: 'all clients before some',
    mesh: [
      routes(
        'orders',
        `- match: [{ uri: { prefix: / } }]
  route: [{ destination: { host: a } }]
- match: [{ uri: { prefix: / }, sourceLabels: { app: front } }]
  route: [{ destination: { host: b } }]`,
      ),
    ],
    finds: [
      'warning VirtualService shop/orders spec.http[1] | - match: [{ uri: { prefix: / }, sourceLabels: { app: front } }]',
    ],
  },
  {
    name: 'a header that is excluded, where it is another one',
    mesh: [
      routes(
        'orders',
        `- match: [{ withoutHeaders: { x-env: { exact: test } } }]
  route: [{ destination: { host: a } }]
- match: [{ headers: { x-env: { exact: prod } } }]
  route: [{ destination: { host: b } }]`,
      ),
    ],
    finds: ['warning VirtualService shop/orders spec.http[1] | - match: [{ headers: { x-env: { exact: prod } } }]'],
  },
  {
    name: 'a query parameter',
    mesh: [
      routes(
        'orders',
        `- match: [{ queryParams: { debug: {} } }]
  route: [{ destination: { host: a } }]
- match: [{ queryParams: { debug: { exact: "1" } } }]
  route: [{ destination: { host: b } }]`,
      ),
    ],
    finds: ['warning VirtualService shop/orders spec.http[1] | - match: [{ queryParams: { debug: { exact: "1" } } }]'],
  },
  {
    name: 'of a delegate',
    mesh: [
      routes(
        'root',
        `- match: [{ uri: { prefix: /api } }]
  route: [{ destination: { host: a } }]
- match: [{ uri: { prefix: /api/orders } }]
  delegate: { name: inner }`,
      ),
      object(
        'VirtualService',
        'inner',
        `http:
  - name: all orders
    route: [{ destination: { host: b } }]`,
      ),
    ],
    finds: ['warning VirtualService shop/inner spec.http[0] | - name: all orders'],
  },
  {
    name: 'of tcp and tls',
    mesh: [
      object(
        'VirtualService',
        'raw',
        `hosts: [raw]
tcp:
  - match: [{ port: 1 }]
    route: [{ destination: { host: a } }]
  - match: [{ port: 1, sourceLabels: { app: x } }]
    route: [{ destination: { host: b } }]
tls:
  - match: [{ sniHosts: ["*.example.com"] }]
    route: [{ destination: { host: a } }]
  - match: [{ sniHosts: [api.example.com] }]
    route: [{ destination: { host: b } }]`,
      ),
    ],
    finds: [
      'warning VirtualService shop/raw spec.tcp[1] | - match: [{ port: 1, sourceLabels: { app: x } }]',
      'warning VirtualService shop/raw spec.tls[1] | - match: [{ sniHosts: [api.example.com] }]',
    ],
  },
  {
    name: 'the special one first',
    mesh: [
      routes(
        'orders',
        `- match: [{ uri: { prefix: /api/v2 } }]
  route: [{ destination: { host: a } }]
- match: [{ uri: { prefix: /api } }]
  route: [{ destination: { host: b } }]`,
      ),
    ],
    finds: [],
  },
  {
    name: 'one of two conditions only',
    mesh: [
      routes(
        'orders',
        `- match: [{ uri: { prefix: /api }, headers: { x-beta: { exact: "1" } } }]
  route: [{ destination: { host: a } }]
- match: [{ uri: { prefix: /api/v2 } }]
  route: [{ destination: { host: b } }]`,
      ),
    ],
    finds: [],
  },
  {
    name: 'other methods',
    mesh: [
      routes(
        'orders',
        `- match: [{ uri: { prefix: /api }, method: { exact: GET } }]
  route: [{ destination: { host: a } }]
- match: [{ uri: { prefix: /api/v2 }, method: { exact: POST } }]
  route: [{ destination: { host: b } }]`,
      ),
    ],
    finds: [],
  },
  {
    name: 'other ports, gateways, clients',
    mesh: [
      routes(
        'orders',
        `- match: [{ uri: { prefix: / }, port: 80 }, { gateways: [edge/edge] }, { sourceLabels: { app: x } }]
  route: [{ destination: { host: a } }]
- match: [{ uri: { prefix: / } }]
  route: [{ destination: { host: b } }]`,
        { gateways: '[edge/edge, mesh]' },
      ),
    ],
    finds: [],
  },
  {
    name: 'case counts before where it does not',
    mesh: [
      routes(
        'orders',
        `- match: [{ uri: { prefix: /api } }]
  route: [{ destination: { host: a } }]
- match: [{ uri: { prefix: /api }, ignoreUriCase: true }]
  route: [{ destination: { host: b } }]`,
      ),
    ],
    finds: [],
  },
  {
    name: 'a regex whose start may be missing',
    mesh: [
      routes(
        'orders',
        `- match: [{ uri: { prefix: /ab } }]
  route: [{ destination: { host: a } }]
- match: [{ uri: { regex: "/ab?c" } }]
  route: [{ destination: { host: b } }]`,
      ),
    ],
    finds: [],
  },
  {
    name: 'alternatives of a regex',
    mesh: [
      routes(
        'orders',
        `- match: [{ uri: { prefix: /a } }]
  route: [{ destination: { host: a } }]
- match: [{ uri: { regex: "/a/x|/b/x" } }]
  route: [{ destination: { host: b } }]`,
      ),
    ],
    finds: [],
  },
  {
    name: 'a header that must be there, where it need not',
    mesh: [
      routes(
        'orders',
        `- match: [{ headers: { x-beta: {} } }]
  route: [{ destination: { host: a } }]
- match: [{ uri: { prefix: /api } }]
  route: [{ destination: { host: b } }]`,
      ),
    ],
    finds: [],
  },
  {
    name: 'labels beside gateways do not count',
    mesh: [
      routes(
        'orders',
        `- match: [{ uri: { prefix: / }, gateways: [edge/edge], sourceLabels: { app: x } }]
  route: [{ destination: { host: a } }]
- match: [{ uri: { prefix: / } }]
  route: [{ destination: { host: b } }]`,
        { gateways: '[edge/edge, mesh]' },
      ),
    ],
    finds: [],
  },
])('$name', ({ mesh, finds }) => {
  expect(found(ruleUnreachable, mesh)).toEqual(finds);
});

test('it says what was found and how to fix it, and which codes it answers to', () => {
  const mesh = [
    routes(
      'orders',
      `- match: [{ uri: { prefix: /api } }]
  route: [{ destination: { host: a } }]
- match: [{ uri: { prefix: /api/v2 } }]
  route: [{ destination: { host: b } }]`,
    ),
  ];
  expect(wordsOf(ruleUnreachable, mesh)).toEqual([
    'this rule never acts: spec.http[0].match[0] takes every request that it asks for, and comes first -> put the more specific rule first, or take it out',
  ]);
  expect(codesOf(ruleUnreachable, mesh)).toEqual(['IST0131']);
});
