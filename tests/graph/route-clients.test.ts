import { describe, expect, test } from 'vitest';
import { GatewayPods } from '../../charts-src/graph/gateway-pods.ts';
import { routeDestinations } from '../../charts-src/graph/route-destinations.ts';
import { clientsWithoutSubset } from '../../charts-src/graph/subset-index.ts';
import { subsetEndpoints } from '../../charts-src/graph/subset-pods.ts';
import { clientsOf, selectsDefaultGateway } from '../../charts-src/graph/virtual-service-clients.ts';
import { formatPath } from '../../charts-src/model/schema.ts';
import { meshOf } from '../check/mesh-of.ts';
import { gateway, gatewayPods, object, ORDERS, routes, service } from '../check/parts.ts';

const DOMAIN = 'cluster.local';

test('a DestinationRule is found by the namespace in the name of a host that is not among the files', () => {
  const graph = meshOf(object('DestinationRule', 'orders', 'host: orders\nsubsets: [{ name: v1 }]'));
  const found = graph.destinationRuleFor({ namespace: 'edge' }, 'orders.shop.svc.cluster.local');
  expect(found?.subsets.map(({ name }) => name)).toEqual(['v1']);
});

test('every destination is told with its place, its full host and its share', () => {
  const graph = meshOf(
    object(
      'VirtualService',
      'orders',
      `hosts: [orders]
http:
  - route: [{ destination: { host: orders }, weight: 60 }, { destination: { host: orders.b.svc.cluster.local }, weight: 20 }]
    mirror: { host: shadow }
    mirrors: [{ destination: { host: other }, percentage: { value: 25 } }]
tcp:
  - route: [{ destination: { host: raw }, weight: 1 }]`,
    ),
  );
  const [virtualService] = graph.of('VirtualService');
  const told = virtualService
    ? routeDestinations(virtualService, DOMAIN).map(({ host, at, share, isMirror }) => [
        host,
        formatPath(at),
        share,
        isMirror,
      ])
    : [];
  expect(told).toEqual([
    ['orders.shop.svc.cluster.local', 'spec.http[0].route[0].destination', 0.75, false],
    ['orders.b.svc.cluster.local', 'spec.http[0].route[1].destination', 0.25, false],
    ['raw.shop.svc.cluster.local', 'spec.tcp[0].route[0].destination', 1, false],
    ['shadow.shop.svc.cluster.local', 'spec.http[0].mirror', 1, true],
    ['other.shop.svc.cluster.local', 'spec.http[0].mirrors[0].destination', 0.25, true],
  ]);
});

describe('who acts on a VirtualService', () => {
  const graph = meshOf(
    [
      gatewayPods(),
      gateway('edge'),
      routes('root', '- delegate: { name: inner, namespace: team }', { gateways: '[edge/edge, edge/gone, mesh]' }),
      object('VirtualService', 'inner', 'http: [{ route: [{ destination: { host: a } }] }]', 'team'),
    ].join('\n'),
  );
  const clients = clientsOf(graph);
  test.each(['root', 'inner'])('gateways of %s', (name) => {
    const one = graph.of('VirtualService').find((virtualService) => virtualService.name === name);
    const { gateways, missingGateways } = one ? clients.of(one) : { gateways: [], missingGateways: [] };
    expect(gateways.map(({ key }) => key)).toEqual(['edge/edge']);
    expect(missingGateways).toEqual(['edge/gone']);
    expect(gateways.flatMap((node) => clients.namespacesOf(node))).toEqual(['edge']);
  });
});

test.each([
  [{ istio: 'ingressgateway' }, true],
  [{ istio: 'ingressgateway', app: 'istio-ingressgateway' }, true],
  [{ istio: 'ingressgateway', tier: 'internal' }, false],
  [{ istio: 'edge' }, false],
  [{}, false],
])('a gateway of Istio itself: %o', (selector, expected) => {
  expect(selectsDefaultGateway(selector as Readonly<Record<string, string>>)).toBe(expected);
});

test('the subset of a private rule does not reach other namespaces', () => {
  const graph = meshOf(ORDERS.replace('host: orders', 'host: orders\n  exportTo: ["."]'));
  const host = 'orders.shop.svc.cluster.local';
  expect(clientsWithoutSubset(graph, host, 'v1', ['shop', 'edge', 'web'])).toEqual(['edge', 'web']);
  expect(clientsWithoutSubset(meshOf(ORDERS), host, 'v1', ['shop', 'edge'])).toEqual([]);
  expect(clientsWithoutSubset(meshOf(ORDERS), host, 'v9', ['shop', 'edge'])).toEqual(['shop', 'edge']);
});

test('a subset chooses among the pods of its Service; labels that are set later count as there', () => {
  const graph = meshOf(ORDERS);
  const [host] = graph.hostsNamed('orders.shop.svc.cluster.local');
  const pods = (labels: Readonly<Record<string, string>>) =>
    host && subsetEndpoints(graph, host, { name: 'x', labels })?.workloads.map(({ name }) => name);
  expect(pods({ version: 'v1' })).toEqual(['orders-v1']);
  expect(pods({ version: 'v1', 'topology.kubernetes.io/zone': 'a' })).toEqual(['orders-v1']);
  expect(pods({ 'topology.kubernetes.io/zone': '' })).toEqual([]);
  expect(pods({ version: 'v9' })).toEqual([]);
  const [hand] = meshOf(service('hand', { selector: '{}' })).services;
  expect(hand && subsetEndpoints(graph, hand, { name: 'x', labels: { a: 'b' } })).toBeUndefined();
});

test('Gateways share pods when their selectors find the same ones', () => {
  const graph = meshOf(
    [
      gatewayPods('{ istio: edge, tier: web }'),
      gateway('a', { selector: '{ istio: edge }' }),
      gateway('b', { selector: '{ tier: web }' }),
      gateway('c', { selector: '{ istio: other }' }),
    ].join('\n'),
  );
  const pods = new GatewayPods(graph.gateways);
  const shared = graph.gateways.map((node) => [node.gateway.name, pods.sharing(node)]);
  expect(shared).toEqual([
    ['a', ['istio=edge', 'tier=web']],
    ['b', ['tier=web', 'istio=edge']],
    ['c', ['istio=other']],
  ]);
});

test('a listener sees the VirtualServices that it lists', () => {
  const graph = meshOf(
    [
      object('Sidecar', 'default', 'egress: [{ hosts: [./orders.shop.svc.cluster.local] }]'),
      routes('orders', '- route: [{ destination: { host: orders } }]'),
      routes('users', '- route: [{ destination: { host: users } }]'),
    ].join('\n'),
  );
  const [listener] = graph.sidecars.scopeOf({ namespace: 'shop', labels: {} }).egress;
  expect(listener.virtualServices.map(({ name }) => name)).toEqual(['orders']);
  expect(graph.of('VirtualService').map((one) => [one.name, listener.sees(one)])).toEqual([
    ['orders', true],
    ['users', false],
  ]);
});
