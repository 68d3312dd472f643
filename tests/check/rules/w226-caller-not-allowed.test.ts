import { expect, test } from 'vitest';
import { callerNotAllowed } from '../../../charts-src/check/rules/w226-caller-not-allowed.ts';
import { found, wordsOf } from '../found.ts';
import { gateway, gatewayPods, namespace, pods, routes, service } from '../parts.ts';

const CALLS = [
  namespace('shop'),
  pods('front', '{ app: front }', { env: '[{ name: ORDERS_URL, value: "http://orders" }]' }),
  pods('orders', '{ app: orders }'),
  pods('other', '{ app: other }'),
  service('orders'),
];
const policy = (rules: string, action = 'ALLOW', name = 'orders'): string => `---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: ${name}, namespace: shop }
spec:
  selector: { matchLabels: { app: orders } }
  action: ${action}
  rules: ${rules}`;
const from = (source: string): string => `[{ from: [{ source: { ${source} } }] }]`;
const FOUND = (rules: string): readonly string[] => [
  `error AuthorizationPolicy shop/orders spec.rules | rules: ${rules}`,
];

test.each([
  from('principals: [cluster.local/ns/shop/sa/other]'),
  from('serviceAccounts: [other]'),
  from('namespaces: [edge]'),
  from('notNamespaces: [shop]'),
  from('notPrincipals: ["*/sa/front"]'),
  '[{ from: [{ source: { principals: ["*"] } }], to: [{ operation: { ports: ["9090"] } }] }]',
  '[{ when: [{ key: source.namespace, values: [edge] }] }]',
  '[]',
])('kept out by %s', (rules) => {
  expect(found(callerNotAllowed, [...CALLS, policy(rules)])).toEqual(FOUND(rules));
});

test.each([
  from('principals: [cluster.local/ns/shop/sa/front]'),
  from('principals: ["*/sa/front"]'),
  from('principals: [example.com/ns/shop/sa/front]'),
  from('serviceAccounts: [shop/front]'),
  from('namespaces: ["sh*"]'),
  from('ipBlocks: [10.0.0.0/8]'),
  '[{ to: [{ operation: { ports: ["8080"], paths: [/api] } }] }]',
  '[{}]',
  // What other rules say where it stands: no such account, the port of the Service.
  from('principals: [cluster.local/ns/shop/sa/fron]'),
  from('principals: [spiffe://cluster.local/ns/shop/sa/front]'),
  '[{ from: [{ source: { namespaces: [shop] } }], to: [{ operation: { ports: ["80"] } }] }]',
])('not kept out, or not said here: %s', (rules) => {
  expect(found(callerNotAllowed, [...CALLS, policy(rules)])).toEqual([]);
});

test('a second policy lets it in; one that denies or only counts does not keep it out by default', () => {
  const others = policy(from('namespaces: [edge]'));
  expect(found(callerNotAllowed, [...CALLS, others, policy(from('namespaces: [shop]'), 'ALLOW', 'more')])).toEqual([]);
  expect(found(callerNotAllowed, [...CALLS, policy(from('namespaces: [edge]'), 'DENY')])).toEqual([]);
  const counted = others.replace('namespace: shop', 'namespace: shop, annotations: { istio.io/dry-run: "true" }');
  expect(found(callerNotAllowed, [...CALLS, counted])).toEqual([]);
});

test('a gateway whose account nobody thought of', () => {
  const mesh = [
    ...CALLS.slice(2),
    namespace('shop'),
    gatewayPods(),
    gateway('public'),
    routes('orders', '- route: [{ destination: { host: orders, port: { number: 80 } } }]', {
      hosts: '["*"]',
      gateways: '[edge/public]',
    }),
    policy(from('principals: [cluster.local/ns/istio-system/sa/istio-ingressgateway]')),
  ];
  expect(wordsOf(callerNotAllowed, mesh)).toEqual([
    'Deployment edge/edge calls orders.shop.svc.cluster.local:80 (VirtualService shop/orders, mesh.yaml:65) and runs as "cluster.local/ns/edge/sa/default", which no ALLOW policy of Deployment shop/orders lets in on port 8080: every request gets 403 -> allow it: from: [{ source: { principals: ["cluster.local/ns/edge/sa/default"] } }]',
  ]);
});

test('a caller of a namespace without sidecars has no identity to let in', () => {
  const outside = [
    namespace('old').replace('istio-injection: enabled', 'team: old'),
    pods('front', '{ app: front }', {
      namespace: 'old',
      env: '[{ name: ORDERS_URL, value: "http://orders.shop" }]',
    }),
    namespace('shop'),
    pods('orders', '{ app: orders }'),
    service('orders'),
  ];
  const rules = from('principals: ["*"]');
  expect(found(callerNotAllowed, [...outside, policy(rules)])).toEqual(
    FOUND(rules).map((text) => text.replace('error', 'warning')),
  );
  expect(found(callerNotAllowed, [...outside, policy(from('ipBlocks: [10.0.0.0/8]'))])).toEqual([]);
});

test('pods that keep out of the mesh, and a policy that selects no pods, are told where they stand', () => {
  const keptOut = CALLS.map((part) =>
    part.replace('labels: { app: front } }\n', 'labels: { app: front, sidecar.istio.io/inject: "false" } }\n'),
  );
  expect(keptOut.join()).toContain('inject: "false"');
  expect(found(callerNotAllowed, [...keptOut, policy(from('principals: ["*"]'))])).toEqual([]);
  const lost = policy(from('namespaces: [shop]'), 'ALLOW', 'lost').replace('app: orders', 'app: order');
  const deny = policy('[]').replace('  selector: { matchLabels: { app: orders } }\n', '');
  expect(found(callerNotAllowed, [...CALLS, deny])).toHaveLength(1);
  expect(found(callerNotAllowed, [...CALLS, deny, lost])).toEqual([]);
});

test('a caller in ambient mode has an identity; one without is cut off before any policy where mutual TLS is asked for', () => {
  const outside = (labels: string, ...more: readonly string[]): readonly string[] => [
    namespace('shop'),
    pods('orders', '{ app: orders }'),
    service('orders'),
    `---\napiVersion: v1\nkind: Namespace\nmetadata: { name: batch, labels: { ${labels} } }`,
    pods('report', '{ app: report }', {
      namespace: 'batch',
      env: '[{ name: ORDERS_URL, value: "http://orders.shop" }]',
    }),
    policy(from('principals: [cluster.local/ns/batch/sa/report]')),
    ...more,
  ];
  const strict =
    '---\napiVersion: security.istio.io/v1\nkind: PeerAuthentication\nmetadata: { name: default, namespace: shop }\nspec: { mtls: { mode: STRICT } }';
  expect(found(callerNotAllowed, outside('istio.io/dataplane-mode: ambient'))).toEqual([]);
  expect(found(callerNotAllowed, outside('istio-injection: disabled'))).toHaveLength(1);
  expect(found(callerNotAllowed, outside('istio-injection: disabled', strict))).toEqual([]);
});
