import { expect, test } from 'vitest';
import { podOutsideMesh } from '../../../charts-src/check/rules/w242-pod-outside-mesh.ts';
import { found } from '../found.ts';
import { deployment, destinationRule, mesh, namespace, peerAuthentication, service } from '../security-mesh.ts';

test.each([
  {
    name: 'the label says no',
    documents: [namespace(), deployment('orders', { labels: 'app: orders, sidecar.istio.io/inject: "false"' })],
    hits: [
      'warning Deployment shop/orders spec.template.metadata.labels["sidecar.istio.io/inject"] | labels: { app: orders, sidecar.istio.io/inject: "false" }',
    ],
  },
  {
    name: 'the annotation says no',
    documents: [namespace(), deployment('orders', { annotations: 'sidecar.istio.io/inject: "false"' })],
    hits: [
      'warning Deployment shop/orders spec.template.metadata.annotations["sidecar.istio.io/inject"] | annotations: { sidecar.istio.io/inject: "false" }',
    ],
  },
  {
    name: 'the network of the node',
    documents: [namespace(), deployment('orders', { pod: '\n      hostNetwork: true' })],
    hits: ['warning Deployment shop/orders spec.template.spec.hostNetwork | hostNetwork: true'],
  },
  {
    name: 'not in ambient mode',
    documents: [
      namespace('shop', 'istio.io/dataplane-mode: ambient'),
      deployment('orders', { labels: 'app: orders, istio.io/dataplane-mode: none' }),
    ],
    hits: [
      'warning Deployment shop/orders spec.template.metadata.labels["istio.io/dataplane-mode"] | labels: { app: orders, istio.io/dataplane-mode: none }',
    ],
  },
  {
    name: 'a job',
    documents: [
      namespace(),
      deployment('orders', { labels: 'app: orders, sidecar.istio.io/inject: "false"' })
        .replace('kind: Deployment', 'kind: Job')
        .replace('apps/v1', 'batch/v1'),
    ],
    hits: [
      'info Job shop/orders spec.template.metadata.labels["sidecar.istio.io/inject"] | labels: { app: orders, sidecar.istio.io/inject: "false" }',
    ],
  },
  {
    name: 'a namespace that is not among the files',
    documents: [
      peerAuthentication(),
      deployment('orders', { labels: 'app: orders, sidecar.istio.io/inject: "false"' }),
    ],
    hits: [
      'warning Deployment shop/orders spec.template.metadata.labels["sidecar.istio.io/inject"] | labels: { app: orders, sidecar.istio.io/inject: "false" }',
    ],
  },
  {
    name: 'callers are made to send mutual TLS',
    documents: [
      namespace(),
      service(),
      destinationRule('trafficPolicy: { tls: { mode: ISTIO_MUTUAL } }', 'orders.shop.svc.cluster.local'),
      deployment('orders', { labels: 'app: orders, sidecar.istio.io/inject: "false"' }),
    ],
    hits: [
      'error Deployment shop/orders spec.template.metadata.labels["sidecar.istio.io/inject"] | labels: { app: orders, sidecar.istio.io/inject: "false" }',
    ],
  },
  {
    name: 'in the mesh',
    documents: [namespace(), deployment()],
    hits: [],
  },
  {
    name: 'the label wins',
    documents: [
      namespace(),
      deployment('orders', {
        labels: 'app: orders, sidecar.istio.io/inject: "true"',
        annotations: 'sidecar.istio.io/inject: "false"',
      }),
    ],
    hits: [],
  },
  {
    name: 'a namespace without sidecars',
    documents: [
      namespace('shop', 'istio-injection: disabled'),
      deployment('orders', { labels: 'app: orders, sidecar.istio.io/inject: "false"' }),
      peerAuthentication(),
    ],
    hits: [],
  },
  {
    name: 'no mesh among the files',
    documents: [deployment('orders', { labels: 'app: orders, sidecar.istio.io/inject: "false"' })],
    hits: [],
  },
])('$name', ({ documents, hits }) => {
  expect(found(podOutsideMesh, [mesh(...documents)])).toEqual(hits);
});
