import { expect, test } from 'vitest';
import { networkPolicyBlocksCall } from '../../../charts-src/check/rules/w264-network-policy-blocks-call.ts';
import { found, wordsOf } from '../found.ts';
import { FRONT_CALLS_ORDERS, networkPolicy } from '../network-mesh.ts';
import { gateway, gatewayPods, namespace, pods, routes } from '../parts.ts';

const check = (...policies: readonly string[]): readonly string[] =>
  found(networkPolicyBlocksCall, [...FRONT_CALLS_ORDERS, pods('other', '{ app: other }'), ...policies]).map(
    (line) => line.split(' | ')[0] ?? '',
  );
const ingress = (peer: string, ports = ''): string =>
  networkPolicy('orders', `ingress: [{ from: [${peer}]${ports === '' ? '' : `, ports: [${ports}]`} }]`);
const app = (name: string): string => `{ podSelector: { matchLabels: { app: ${name} } } }`;

test.each([
  { name: 'nobody is let in', policies: [networkPolicy('orders', 'ingress: []')], hits: ['spec.ingress'] },
  { name: 'another caller', policies: [ingress(app('other'))], hits: ['spec.ingress'] },
  { name: 'this caller', policies: [ingress(app('front'))], hits: [] },
  { name: 'on the port of the Service', policies: [ingress(app('front'), '{ port: 80 }')], hits: ['spec.ingress[0]'] },
  { name: 'on the port of the pods', policies: [ingress(app('front'), '{ port: 8080 }')], hits: [] },
  { name: 'in a range', policies: [ingress(app('front'), '{ port: 8000, endPort: 9000 }')], hits: [] },
  { name: 'over UDP', policies: [ingress(app('front'), '{ protocol: UDP, port: 8080 }')], hits: ['spec.ingress[0]'] },
  { name: 'by another policy', policies: [networkPolicy('all', 'ingress: []', ''), ingress(app('front'))], hits: [] },
  { name: 'by addresses, which nobody knows', policies: [ingress('{ ipBlock: { cidr: 10.0.0.0/8 } }')], hits: [] },
  { name: 'by a label that nobody has, which is said elsewhere', policies: [ingress(app('fron'))], hits: [] },
  {
    name: 'from another namespace only',
    policies: [ingress('{ namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: edge } } }')],
    hits: ['spec.ingress'],
  },
])('$name', ({ policies, hits }) => {
  expect(check(...policies)).toEqual(hits.map((path) => `error NetworkPolicy shop/orders ${path}`));
});

test('the caller is not let out', () => {
  const egress = networkPolicy('front', `egress: [{ to: [${app('other')}] }]`);
  expect(check(egress)).toEqual(['error NetworkPolicy shop/front spec.egress']);
});

test('nothing is said where ztunnel carries it', () => {
  const ambient = namespace('shop').replace('istio-injection: enabled', 'istio.io/dataplane-mode: ambient');
  const mesh = [ambient, ...FRONT_CALLS_ORDERS.slice(1), networkPolicy('orders', 'ingress: []')];
  expect(found(networkPolicyBlocksCall, mesh)).toEqual([]);
});

test('the gateway is one of the callers', () => {
  const mesh = [
    ...FRONT_CALLS_ORDERS,
    gatewayPods(),
    gateway('public'),
    routes('orders', '- route: [{ destination: { host: orders } }]', { hosts: '["*"]', gateways: '[edge/public]' }),
    ingress(app('front')),
  ];
  expect(wordsOf(networkPolicyBlocksCall, mesh)).toEqual([
    'Deployment edge/edge calls orders.shop.svc.cluster.local:80 (VirtualService shop/orders, mesh.yaml:65), and no NetworkPolicy lets it in at Deployment shop/orders on port 8080: the packets are dropped and the connection times out -> add to ingress: { from: [{ namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: edge } }, podSelector: { matchLabels: { istio: edge } } }], ports: [{ port: 8080 }] }',
  ]);
});
