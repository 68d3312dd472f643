import { expect, test } from 'vitest';
import { deprecatedAnnotation } from '../../../charts-src/check/rules/w248-deprecated-annotation.ts';
import { found } from '../found.ts';
import { deployment, mesh } from '../security-mesh.ts';

test.each([
  {
    name: 'injection by annotation',
    documents: [deployment('orders', { annotations: 'sidecar.istio.io/inject: "true"' })],
    hits: [
      'info Deployment shop/orders spec.template.metadata.annotations["sidecar.istio.io/inject"] | annotations: { sidecar.istio.io/inject: "true" }',
    ],
  },
  {
    name: 'statistics',
    documents: [deployment('orders', { annotations: 'sidecar.istio.io/extraStatTags: tenant' })],
    hits: [
      'info Deployment shop/orders spec.template.metadata.annotations["sidecar.istio.io/extraStatTags"] | annotations: { sidecar.istio.io/extraStatTags: tenant }',
    ],
  },
  {
    name: 'with the label beside it',
    documents: [
      deployment('orders', {
        labels: 'app: orders, sidecar.istio.io/inject: "true"',
        annotations: 'sidecar.istio.io/inject: "true"',
      }),
    ],
    hits: [],
  },
  {
    name: 'what took their place',
    documents: [deployment('orders', { annotations: 'proxy.istio.io/config: "{}"' })],
    hits: [],
  },
])('$name', ({ documents, hits }) => {
  expect(found(deprecatedAnnotation, [mesh(...documents)])).toEqual(hits);
});
