import { expect, test } from 'vitest';
import { routeToHeadlessService } from '../../../charts-src/check/rules/w133-route-to-headless-service.ts';
import { codesOf, found, wordsOf } from '../found.ts';
import { gateway, gatewayPods, pods, routes, service } from '../parts.ts';

const headless = (name: string, selector = `{ app: ${name} }`): string =>
  service(name, { selector }).replace('spec:\n', 'spec:\n  clusterIP: None\n');
const BASE = [
  service('orders'),
  headless('store'),
  pods('orders', '{ app: orders }'),
  pods('store', '{ app: store }'),
  gatewayPods(),
  gateway('edge'),
];
const TO_STORE = '- route: [{ destination: { host: store } }]';

test.each([
  {
    name: 'for another host',
    mesh: [routes('orders', TO_STORE)],
    finds: ['error VirtualService shop/orders spec.http[0].route[0].destination.host'],
  },
  {
    name: 'one of two hosts is another',
    mesh: [routes('both', TO_STORE, { hosts: '[store, orders]' })],
    finds: ['error VirtualService shop/both spec.http[0].route[0].destination.host'],
  },
  {
    name: 'for a host that nobody knows',
    mesh: [routes('far', TO_STORE, { hosts: '[far.example]' })],
    finds: ['warning VirtualService shop/far spec.http[0].route[0].destination.host'],
  },
  {
    name: 'copies',
    mesh: [routes('orders', '- { route: [{ destination: { host: orders } }], mirror: { host: store } }')],
    finds: ['error VirtualService shop/orders spec.http[0].mirror.host'],
  },
  { name: 'for itself', mesh: [routes('store', TO_STORE)], finds: [] },
  {
    name: 'for its pods, and all names around it',
    mesh: [
      routes('store', TO_STORE, {
        hosts: '[store-0.store.shop.svc.cluster.local, "*.store.shop.svc.cluster.local", "*.svc.cluster.local"]',
      }),
    ],
    finds: [],
  },
  {
    name: 'for another name of the same pods',
    mesh: [headless('shelf', '{ app: store }'), routes('shelf', TO_STORE)],
    finds: [],
  },
  {
    name: 'at a gateway, which chooses among the pods',
    mesh: [routes('a', TO_STORE, { hosts: '[a.example.com]', gateways: '[edge/edge]' })],
    finds: [],
  },
  {
    name: 'by a rule for the gateway only',
    mesh: [
      routes('orders', '- { match: [{ gateways: [edge/edge] }], route: [{ destination: { host: store } }] }', {
        gateways: '[mesh, edge/edge]',
      }),
    ],
    finds: [],
  },
  {
    name: 'to a Service with an address',
    mesh: [routes('store', '- route: [{ destination: { host: orders } }]')],
    finds: [],
  },
])('$name', ({ mesh, finds }) => {
  expect(found(routeToHeadlessService, [...BASE, ...mesh]).map((one) => one.replace(/ \|.*$/s, ''))).toEqual(finds);
});

test('it says what was found and how to fix it, and which codes it answers to', () => {
  const mesh = [...BASE, routes('orders', TO_STORE)];
  expect(wordsOf(routeToHeadlessService, mesh)).toEqual([
    'store.shop.svc.cluster.local is headless, so proxies keep the address that was called: requests to "orders.shop.svc.cluster.local" go to the pods of that host all the same, and get 503 where those have another identity -> route to a Service that has a clusterIP and selects the same pods',
  ]);
  expect(codesOf(routeToHeadlessService, mesh)).toEqual([]);
});
