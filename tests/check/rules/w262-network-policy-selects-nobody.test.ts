import { expect, test } from 'vitest';
import { networkPolicySelectsNobody } from '../../../charts-src/check/rules/w262-network-policy-selects-nobody.ts';
import { found, wordsOf } from '../found.ts';
import { FRONT_CALLS_ORDERS, networkPolicy } from '../network-mesh.ts';
import { namespace } from '../parts.ts';

const check = (policy: string): readonly string[] =>
  found(networkPolicySelectsNobody, [...FRONT_CALLS_ORDERS, namespace('edge'), policy]).map(
    (line) => line.split(' | ')[0] ?? '',
  );
const ingress = (peer: string): string => networkPolicy('orders', `ingress: [{ from: [${peer}] }]`);
const at = (path: string): readonly string[] => [`warning NetworkPolicy shop/orders ${path}`];

test.each([
  {
    name: 'no such pods',
    policy: networkPolicy('orders', 'ingress: []', 'matchLabels: { app: order }'),
    hits: at('spec.podSelector'),
  },
  { name: 'all pods', policy: networkPolicy('orders', 'ingress: []', ''), hits: [] },
  {
    name: 'a peer of these pods',
    policy: ingress('{ podSelector: { matchLabels: { app: fron } } }'),
    hits: at('spec.ingress[0]'),
  },
  { name: 'a peer that is there', policy: ingress('{ podSelector: { matchLabels: { app: front } } }'), hits: [] },
  {
    name: 'a peer in a namespace without pods among the files',
    policy: ingress(
      '{ namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: edge } }, podSelector: { matchLabels: { a: b } } }',
    ),
    hits: [],
  },
  {
    name: 'a label that the namespace does not have',
    policy: ingress('{ namespaceSelector: { matchLabels: { name: edge } } }'),
    hits: at('spec.ingress[0]'),
  },
  {
    name: 'a label that it has',
    policy: ingress('{ namespaceSelector: { matchLabels: { istio-injection: enabled } } }'),
    hits: [],
  },
  {
    name: 'a label of namespaces elsewhere',
    policy: ingress('{ namespaceSelector: { matchLabels: { team: payments } } }'),
    hits: [],
  },
  {
    name: 'a slip in the name of a namespace',
    policy: ingress('{ namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: egde } } }'),
    hits: at('spec.ingress[0]'),
  },
  {
    name: 'a namespace elsewhere',
    policy: ingress('{ namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: monitoring } } }'),
    hits: [],
  },
  { name: 'addresses', policy: ingress('{ ipBlock: { cidr: 10.0.0.0/8 } }'), hits: [] },
  {
    name: 'what leaves',
    policy: networkPolicy('orders', 'egress: [{ to: [{ podSelector: { matchLabels: { app: fron } } }] }]'),
    hits: at('spec.egress[0]'),
  },
])('$name', ({ policy, hits }) => {
  expect(check(policy)).toEqual(hits);
});

test('it says what was meant', () => {
  const mesh = [...FRONT_CALLS_ORDERS, ingress('{ podSelector: { matchLabels: { app: fron } } }')];
  expect(wordsOf(networkPolicySelectsNobody, mesh)).toEqual([
    'no pod of namespace "shop" has the labels {app: fron}: nobody is let in by it -> did you mean app: front',
  ]);
});
