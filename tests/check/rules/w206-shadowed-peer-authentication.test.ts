import { expect, test } from 'vitest';
import { shadowedPeerAuthentication } from '../../../charts-src/check/rules/w206-shadowed-peer-authentication.ts';
import { found } from '../found.ts';
import { deployment, mesh, namespace, peerAuthentication } from '../security-mesh.ts';

test.each([
  {
    name: 'two for one namespace',
    documents: [
      namespace(),
      deployment(),
      peerAuthentication(),
      peerAuthentication('mtls: { mode: PERMISSIVE }', 'later'),
    ],
    hits: ['warning PeerAuthentication shop/later metadata.name | metadata: { name: later, namespace: shop }'],
  },
  {
    name: 'the older one is known',
    documents: [
      namespace(),
      peerAuthentication('mtls: { mode: STRICT }', 'z', 'shop', ', creationTimestamp: "2024-01-01T00:00:00Z"'),
      peerAuthentication('mtls: { mode: PERMISSIVE }', 'a', 'shop', ', creationTimestamp: "2025-01-01T00:00:00Z"'),
    ],
    hits: [
      'warning PeerAuthentication shop/a metadata.name | metadata: { name: a, namespace: shop, creationTimestamp: "2025-01-01T00:00:00Z" }',
    ],
  },
  {
    name: 'one that is written twice',
    documents: [
      namespace(),
      deployment(),
      peerAuthentication('selector: { matchLabels: { app: orders } }', 'a'),
      peerAuthentication('selector: { matchLabels: { app: orders } }', 'a'),
    ],
    hits: [],
  },
  {
    name: 'two with the same selector',
    documents: [
      namespace(),
      deployment(),
      peerAuthentication('selector: { matchLabels: { app: orders } }', 'a'),
      peerAuthentication('selector: { matchLabels: { app: orders } }', 'b'),
    ],
    hits: ['warning PeerAuthentication shop/b spec.selector | selector: { matchLabels: { app: orders } }'],
  },
  {
    name: 'two whose selectors find one pod',
    documents: [
      namespace(),
      deployment('orders', { labels: 'app: orders, tier: back' }),
      peerAuthentication('selector: { matchLabels: { app: orders } }', 'a'),
      peerAuthentication('selector: { matchLabels: { tier: back } }', 'b'),
    ],
    hits: ['warning PeerAuthentication shop/b spec.selector | selector: { matchLabels: { tier: back } }'],
  },
  {
    name: 'one for the namespace and one for pods',
    documents: [
      namespace(),
      deployment(),
      peerAuthentication(),
      peerAuthentication('selector: { matchLabels: { app: orders } }', 'orders'),
    ],
    hits: [],
  },
  {
    name: 'two for different pods',
    documents: [
      namespace(),
      deployment(),
      deployment('users'),
      peerAuthentication('selector: { matchLabels: { app: orders } }', 'a'),
      peerAuthentication('selector: { matchLabels: { app: users } }', 'b'),
    ],
    hits: [],
  },
  {
    name: 'two namespaces',
    documents: [namespace(), peerAuthentication(), peerAuthentication('mtls: { mode: STRICT }', 'default', 'stock')],
    hits: [],
  },
])('$name', ({ documents, hits }) => {
  expect(found(shadowedPeerAuthentication, [mesh(...documents)])).toEqual(hits);
});
