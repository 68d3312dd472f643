import { expect, test } from 'vitest';
import { selectorWithoutPods } from '../../../charts-src/check/rules/w223-selector-without-pods.ts';
import { found } from '../found.ts';
import {
  authorizationPolicy,
  deployment,
  mesh,
  namespace,
  peerAuthentication,
  requestAuthentication,
} from '../security-mesh.ts';

test.each([
  {
    name: 'a slip in a label of an AuthorizationPolicy',
    documents: [namespace(), deployment(), authorizationPolicy('selector: { matchLabels: { app: ordres } }', 'orders')],
    hits: [
      'error AuthorizationPolicy shop/orders spec.selector.matchLabels.app | selector: { matchLabels: { app: ordres } }',
    ],
  },
  {
    name: 'a slip in a label of a PeerAuthentication',
    documents: [
      namespace(),
      deployment(),
      peerAuthentication('selector: { matchLabels: { app: ordres } }\n  mtls: { mode: STRICT }', 'orders'),
    ],
    hits: [
      'error PeerAuthentication shop/orders spec.selector.matchLabels.app | selector: { matchLabels: { app: ordres } }',
    ],
  },
  {
    name: 'labels of nothing',
    documents: [namespace(), deployment(), authorizationPolicy('selector: { matchLabels: { tier: back } }', 'orders')],
    hits: [
      'warning AuthorizationPolicy shop/orders spec.selector.matchLabels | selector: { matchLabels: { tier: back } }',
    ],
  },
  {
    name: 'another version',
    documents: [
      namespace(),
      deployment('orders', { labels: 'app: orders, version: orders-v1' }),
      authorizationPolicy('selector: { matchLabels: { version: orders-v2 } }', 'orders'),
    ],
    hits: [
      'warning AuthorizationPolicy shop/orders spec.selector.matchLabels | selector: { matchLabels: { version: orders-v2 } }',
    ],
  },
  {
    name: 'RequestAuthentication',
    documents: [namespace(), deployment(), requestAuthentication('selector: { matchLabels: { app: payments } }')],
    hits: [
      'warning RequestAuthentication shop/tokens spec.selector.matchLabels | selector: { matchLabels: { app: payments } }',
    ],
  },
  {
    name: 'a namespace without workloads',
    documents: [namespace(), deployment(), authorizationPolicy('{}', 'deny-all', 'stock')],
    hits: ['info AuthorizationPolicy stock/deny-all metadata.name | metadata: { name: deny-all, namespace: stock }'],
  },
  {
    name: 'the whole mesh',
    documents: [
      namespace(),
      deployment(),
      authorizationPolicy('selector: { matchLabels: { tier: back } }', 'back', 'istio-system'),
    ],
    hits: [
      'info AuthorizationPolicy istio-system/back spec.selector.matchLabels | selector: { matchLabels: { tier: back } }',
    ],
  },
  {
    name: 'fits',
    documents: [namespace(), deployment(), authorizationPolicy('selector: { matchLabels: { app: orders } }', 'orders')],
    hits: [],
  },
  {
    name: 'without a selector',
    documents: [namespace(), deployment(), authorizationPolicy(), peerAuthentication()],
    hits: [],
  },
  {
    name: 'no workload among the files',
    documents: [namespace(), authorizationPolicy('selector: { matchLabels: { app: ordres } }', 'orders')],
    hits: [],
  },
  {
    name: 'a gateway that is not among the files',
    documents: [
      namespace(),
      deployment(),
      authorizationPolicy('selector: { matchLabels: { istio: ingressgateway } }', 'public', 'istio-system'),
    ],
    hits: [],
  },
  {
    name: 'a selector in the root namespace is W205',
    documents: [
      namespace(),
      deployment(),
      peerAuthentication('selector: { matchLabels: { app: ordres } }', 'orders', 'istio-system'),
    ],
    hits: [],
  },
  {
    name: 'by name',
    documents: [
      namespace(),
      deployment(),
      authorizationPolicy('targetRefs: [{ kind: Service, group: "", name: orders }]', 'orders'),
    ],
    hits: [],
  },
])('$name', ({ documents, hits }) => {
  expect(found(selectorWithoutPods, [mesh(...documents)])).toEqual(hits);
});
