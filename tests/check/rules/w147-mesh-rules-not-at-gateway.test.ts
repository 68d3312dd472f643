import { expect, test } from 'vitest';
import { meshRulesNotAtGateway } from '../../../charts-src/check/rules/w147-mesh-rules-not-at-gateway.ts';
import { codesOf, found, wordsOf } from '../found.ts';
import { routes } from '../parts.ts';

test.each([
  {
    name: 'a split for sidecars only',
    mesh: [
      routes(
        'public',
        `- route:
    - destination: { host: orders }`,
        { hosts: '[a.example.com]', gateways: '[edge/edge]' },
      ),
      routes(
        'orders',
        '- route: [{ destination: { host: orders, subset: v1 }, weight: 90 }, { destination: { host: orders, subset: v2 }, weight: 10 }]',
      ),
    ],
    finds: ['warning VirtualService shop/public spec.http[0].route[0].destination | - destination: { host: orders }'],
  },
  {
    name: 'a timeout and retries for sidecars only',
    mesh: [
      routes(
        'public',
        `- route:
    - destination: { host: orders.shop.svc.cluster.local }`,
        { hosts: '[a.example.com]', gateways: '[edge/edge]' },
      ),
      routes(
        'orders',
        `- timeout: 2s
  retries: { attempts: 2 }
  route: [{ destination: { host: orders } }]`,
      ),
    ],
    finds: [
      'warning VirtualService shop/public spec.http[0].route[0].destination | - destination: { host: orders.shop.svc.cluster.local }',
    ],
  },
  {
    name: 'the gateway has the same',
    mesh: [
      routes(
        'public',
        `- timeout: 3s
  route:
    - destination: { host: orders, subset: v1 }`,
        { hosts: '[a.example.com]', gateways: '[edge/edge]' },
      ),
      routes(
        'orders',
        `- timeout: 2s
  route: [{ destination: { host: orders, subset: v1 } }]`,
      ),
    ],
    finds: [],
  },
  {
    name: 'one VirtualService for both',
    mesh: [
      routes('orders', '- route: [{ destination: { host: orders, subset: v1 } }]', {
        hosts: '[a.example.com, orders]',
        gateways: '[edge/edge, mesh]',
      }),
    ],
    finds: [],
  },
  {
    name: 'rules without anything that could be lost',
    mesh: [
      routes('public', '- route: [{ destination: { host: orders } }]', {
        hosts: '[a.example.com]',
        gateways: '[edge/edge]',
      }),
      routes('orders', '- route: [{ destination: { host: orders } }]'),
    ],
    finds: [],
  },
])('$name', ({ mesh, finds }) => {
  expect(found(meshRulesNotAtGateway, mesh)).toEqual(finds);
});

test('it says what was found and how to fix it, and which codes it answers to', () => {
  const mesh = [
    routes(
      'public',
      `- route:
    - destination: { host: orders }`,
      { hosts: '[a.example.com]', gateways: '[edge/edge]' },
    ),
    routes(
      'orders',
      '- route: [{ destination: { host: orders, subset: v1 }, weight: 90 }, { destination: { host: orders, subset: v2 }, weight: 10 }]',
    ),
  ];
  expect(wordsOf(meshRulesNotAtGateway, mesh)).toEqual([
    'VirtualService shop/orders sets subsets for "orders", but for sidecars only: requests from edge/edge get none of it -> repeat it in this rule, or bind VirtualService shop/orders to the gateway and delegate',
  ]);
  expect(codesOf(meshRulesNotAtGateway, mesh)).toEqual(['IST0140']);
});
