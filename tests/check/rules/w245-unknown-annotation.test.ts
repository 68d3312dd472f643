import { expect, test } from 'vitest';
import { unknownAnnotation } from '../../../charts-src/check/rules/w245-unknown-annotation.ts';
import { found } from '../found.ts';
import { deployment, mesh, namespace, service } from '../security-mesh.ts';

test.each([
  {
    name: 'a slip',
    documents: [deployment('orders', { annotations: 'traffic.sidecar.istio.io/excludeInboundPort: "8080"' })],
    hits: [
      'warning Deployment shop/orders spec.template.metadata.annotations["traffic.sidecar.istio.io/excludeInboundPort"] | annotations: { traffic.sidecar.istio.io/excludeInboundPort: "8080" }',
    ],
  },
  {
    name: 'a label as an annotation',
    documents: [
      service().replace('namespace: shop', 'namespace: shop, annotations: { istio.io/use-waypoint: public }'),
    ],
    hits: [
      'warning Service shop/orders metadata.annotations["istio.io/use-waypoint"] | metadata: { name: orders, namespace: shop, annotations: { istio.io/use-waypoint: public } }',
    ],
  },
  {
    name: 'made up',
    documents: [namespace().replace('labels:', 'annotations: { config.istio.io/mode: fast }\n  labels:')],
    hits: [
      'warning Namespace shop metadata.annotations["config.istio.io/mode"] | annotations: { config.istio.io/mode: fast }',
    ],
  },
  {
    name: 'known',
    documents: [deployment('orders', { annotations: 'proxy.istio.io/config: "{}"' })],
    hits: [],
  },
  {
    name: "somebody else's",
    documents: [deployment('orders', { annotations: 'example.com/istio: yes' })],
    hits: [],
  },
])('$name', ({ documents, hits }) => {
  expect(found(unknownAnnotation, [mesh(...documents)])).toEqual(hits);
});
