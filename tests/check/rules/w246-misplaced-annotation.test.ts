import { expect, test } from 'vitest';
import { misplacedAnnotation } from '../../../charts-src/check/rules/w246-misplaced-annotation.ts';
import { found } from '../found.ts';
import { deployment, mesh, namespace } from '../security-mesh.ts';

test.each([
  {
    name: 'on the Deployment instead of its pods',
    documents: [deployment('orders', { on: ', annotations: { proxy.istio.io/config: "{}" }' })],
    hits: [
      'warning Deployment shop/orders metadata.annotations["proxy.istio.io/config"] | metadata: { name: orders, namespace: shop, annotations: { proxy.istio.io/config: "{}" } }',
    ],
  },
  {
    name: 'a label on the Deployment instead of its pods',
    documents: [deployment('orders', { on: ', labels: { sidecar.istio.io/inject: "false" }' })],
    hits: [
      'warning Deployment shop/orders metadata.labels["sidecar.istio.io/inject"] | metadata: { name: orders, namespace: shop, labels: { sidecar.istio.io/inject: "false" } }',
    ],
  },
  {
    name: 'on a Namespace',
    documents: [namespace().replace('labels:', 'annotations: { sidecar.istio.io/proxyCPU: 100m }\n  labels:')],
    hits: [
      'warning Namespace shop metadata.annotations["sidecar.istio.io/proxyCPU"] | annotations: { sidecar.istio.io/proxyCPU: 100m }',
    ],
  },
  {
    name: 'injection as an annotation',
    documents: [namespace('shop', '').replace('labels: {  }', 'annotations: { istio-injection: enabled }')],
    hits: ['warning Namespace shop metadata.annotations.istio-injection | annotations: { istio-injection: enabled }'],
  },
  {
    name: 'injection on a Deployment',
    documents: [deployment('orders', { on: ', labels: { istio-injection: enabled }' })],
    hits: [
      'warning Deployment shop/orders metadata.labels.istio-injection | metadata: { name: orders, namespace: shop, labels: { istio-injection: enabled } }',
    ],
  },
  {
    name: 'a CronJob',
    documents: [
      deployment('orders', { on: ', annotations: { proxy.istio.io/config: "{}" }' })
        .replace('kind: Deployment', 'kind: CronJob')
        .replace('apps/v1', 'batch/v1'),
    ],
    hits: [
      'warning CronJob shop/orders metadata.annotations["proxy.istio.io/config"] | metadata: { name: orders, namespace: shop, annotations: { proxy.istio.io/config: "{}" } }',
    ],
  },
  {
    name: 'on the pods',
    documents: [deployment('orders', { annotations: 'proxy.istio.io/config: "{}"' })],
    hits: [],
  },
  {
    name: 'on both',
    documents: [
      deployment('orders', {
        on: ', labels: { sidecar.istio.io/inject: "true" }',
        labels: 'app: orders, sidecar.istio.io/inject: "true"',
      }),
    ],
    hits: [],
  },
  {
    name: 'what holds everywhere',
    documents: [deployment('orders', { on: ', annotations: { galley.istio.io/analyze-suppress: "*" }' })],
    hits: [],
  },
  {
    name: 'out of ambient, where nothing is in it',
    documents: [deployment('orders', { on: ', labels: { istio.io/dataplane-mode: none }' })],
    hits: [],
  },
  {
    name: 'what Istio writes',
    documents: [deployment('orders', { on: ', annotations: { istio.io/rev: default }' })],
    hits: [],
  },
])('$name', ({ documents, hits }) => {
  expect(found(misplacedAnnotation, [mesh(...documents)])).toEqual(hits);
});
