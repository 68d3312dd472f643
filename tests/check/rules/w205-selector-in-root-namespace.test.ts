import { expect, test } from 'vitest';
import { selectorInRootNamespace } from '../../../charts-src/check/rules/w205-selector-in-root-namespace.ts';
import { found } from '../found.ts';
import { deployment, mesh, namespace, peerAuthentication } from '../security-mesh.ts';

test.each([
  {
    name: 'STRICT that is not there',
    documents: [
      namespace(),
      deployment(),
      peerAuthentication(
        'selector: { matchLabels: { app: orders } }\n  mtls: { mode: STRICT }',
        'orders',
        'istio-system',
      ),
    ],
    hits: ['error PeerAuthentication istio-system/orders spec.selector | selector: { matchLabels: { app: orders } }'],
  },
  {
    name: 'an exception that is not there',
    documents: [
      namespace(),
      deployment(),
      peerAuthentication(
        'selector: { matchLabels: { app: orders } }\n  mtls: { mode: PERMISSIVE }',
        'orders',
        'istio-system',
      ),
    ],
    hits: ['warning PeerAuthentication istio-system/orders spec.selector | selector: { matchLabels: { app: orders } }'],
  },
  {
    name: 'STRICT that holds anyway',
    documents: [
      namespace(),
      deployment(),
      peerAuthentication('mtls: { mode: STRICT }', 'default', 'istio-system'),
      peerAuthentication(
        'selector: { matchLabels: { app: orders } }\n  mtls: { mode: STRICT }',
        'orders',
        'istio-system',
      ),
    ],
    hits: ['warning PeerAuthentication istio-system/orders spec.selector | selector: { matchLabels: { app: orders } }'],
  },
  {
    name: 'without a selector',
    documents: [namespace(), deployment(), peerAuthentication('mtls: { mode: STRICT }', 'default', 'istio-system')],
    hits: [],
  },
  {
    name: 'with an empty selector',
    documents: [
      namespace(),
      deployment(),
      peerAuthentication('selector: {}\n  mtls: { mode: STRICT }', 'default', 'istio-system'),
    ],
    hits: [],
  },
  {
    name: 'in any other namespace',
    documents: [
      namespace(),
      deployment(),
      peerAuthentication('selector: { matchLabels: { app: orders } }\n  mtls: { mode: STRICT }', 'orders'),
    ],
    hits: [],
  },
])('$name', ({ documents, hits }) => {
  expect(found(selectorInRootNamespace, [mesh(...documents)])).toEqual(hits);
});
