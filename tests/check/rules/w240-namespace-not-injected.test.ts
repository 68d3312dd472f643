import { expect, test } from 'vitest';
import { namespaceNotInjected } from '../../../charts-src/check/rules/w240-namespace-not-injected.ts';
import { found } from '../found.ts';
import { authorizationPolicy, deployment, mesh, namespace, peerAuthentication } from '../security-mesh.ts';

test.each([
  {
    name: 'no label',
    documents: [namespace(), namespace('stock', 'team: b')],
    hits: ['info Namespace stock metadata.name | name: stock'],
  },
  {
    name: 'no label, and policies for its pods',
    documents: [namespace('shop', 'team: a'), deployment(), authorizationPolicy()],
    hits: ['warning Namespace shop metadata.name | name: shop'],
  },
  {
    name: 'a value that Istio does not know',
    documents: [namespace('shop', 'istio-injection: enable'), deployment(), peerAuthentication()],
    hits: ['warning Namespace shop metadata.labels.istio-injection | labels: { istio-injection: enable }'],
  },
  {
    name: 'the injector does it anyway',
    documents: [
      namespace(),
      namespace('stock', 'team: b'),
      `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: istio-sidecar-injector, namespace: istio-system }\ndata: { values: '{"sidecarInjectorWebhook":{"enableNamespacesByDefault":true}}' }`,
    ],
    hits: ['info Namespace stock metadata.name | name: stock'],
  },
  {
    name: 'enabled',
    documents: [namespace(), deployment()],
    hits: [],
  },
  {
    name: 'disabled',
    documents: [namespace(), namespace('stock', 'istio-injection: disabled')],
    hits: [],
  },
  {
    name: 'a revision',
    documents: [namespace(), namespace('stock', 'istio.io/rev: stable')],
    hits: [],
  },
  {
    name: 'ambient',
    documents: [namespace(), namespace('stock', 'istio.io/dataplane-mode: ambient')],
    hits: [],
  },
  {
    name: 'pods that ask for it themselves',
    documents: [
      namespace('shop', 'team: a'),
      deployment('orders', { labels: 'app: orders, sidecar.istio.io/inject: "true"' }),
      peerAuthentication(),
    ],
    hits: [],
  },
  {
    name: 'namespaces of the system',
    documents: [namespace(), namespace('kube-system', 'a: b'), namespace('istio-system', 'a: b')],
    hits: [],
  },
  {
    name: 'no mesh among the files',
    documents: [namespace('shop', 'team: a'), deployment()],
    hits: [],
  },
])('$name', ({ documents, hits }) => {
  expect(found(namespaceNotInjected, [mesh(...documents)])).toEqual(hits);
});
