import { expect, test } from 'vitest';
import { invalidAnnotation } from '../../../charts-src/check/rules/w247-invalid-annotation.ts';
import { found } from '../found.ts';
import { deployment, mesh, namespace } from '../security-mesh.ts';

test.each([
  {
    name: 'a range of ports',
    documents: [
      namespace(),
      deployment('orders', { annotations: 'traffic.sidecar.istio.io/excludeInboundPorts: "8000-9000"' }),
    ],
    hits: [
      'error Deployment shop/orders spec.template.metadata.annotations["traffic.sidecar.istio.io/excludeInboundPorts"] | annotations: { traffic.sidecar.istio.io/excludeInboundPorts: "8000-9000" }',
    ],
  },
  {
    name: 'blanks between addresses',
    documents: [
      namespace(),
      deployment('orders', {
        annotations: 'traffic.sidecar.istio.io/excludeOutboundIPRanges: "10.0.0.0/8, 192.168.0.0/16"',
      }),
    ],
    hits: [
      'error Deployment shop/orders spec.template.metadata.annotations["traffic.sidecar.istio.io/excludeOutboundIPRanges"] | annotations: { traffic.sidecar.istio.io/excludeOutboundIPRanges: "10.0.0.0/8, 192.168.0.0/16" }',
    ],
  },
  {
    name: 'an address without a length',
    documents: [
      namespace(),
      deployment('orders', { annotations: 'traffic.sidecar.istio.io/includeOutboundIPRanges: "10.0.0.1"' }),
    ],
    hits: [
      'error Deployment shop/orders spec.template.metadata.annotations["traffic.sidecar.istio.io/includeOutboundIPRanges"] | annotations: { traffic.sidecar.istio.io/includeOutboundIPRanges: "10.0.0.1" }',
    ],
  },
  {
    name: 'a mode',
    documents: [namespace(), deployment('orders', { annotations: 'sidecar.istio.io/interceptionMode: TPROX' })],
    hits: [
      'error Deployment shop/orders spec.template.metadata.annotations["sidecar.istio.io/interceptionMode"] | annotations: { sidecar.istio.io/interceptionMode: TPROX }',
    ],
  },
  {
    name: 'a quantity',
    documents: [namespace(), deployment('orders', { annotations: 'sidecar.istio.io/proxyCPULimit: "2 cores"' })],
    hits: [
      'error Deployment shop/orders spec.template.metadata.annotations["sidecar.istio.io/proxyCPULimit"] | annotations: { sidecar.istio.io/proxyCPULimit: "2 cores" }',
    ],
  },
  {
    name: 'a number',
    documents: [
      namespace(),
      deployment('orders', { annotations: 'readiness.status.sidecar.istio.io/periodSeconds: "5s"' }),
    ],
    hits: [
      'error Deployment shop/orders spec.template.metadata.annotations["readiness.status.sidecar.istio.io/periodSeconds"] | annotations: { readiness.status.sidecar.istio.io/periodSeconds: "5s" }',
    ],
  },
  {
    name: 'a port',
    documents: [namespace(), deployment('orders', { annotations: 'status.sidecar.istio.io/port: "70000"' })],
    hits: [
      'error Deployment shop/orders spec.template.metadata.annotations["status.sidecar.istio.io/port"] | annotations: { status.sidecar.istio.io/port: "70000" }',
    ],
  },
  {
    name: 'true or false',
    documents: [namespace(), deployment('orders', { annotations: 'prometheus.istio.io/merge-metrics: "maybe"' })],
    hits: [
      'error Deployment shop/orders spec.template.metadata.annotations["prometheus.istio.io/merge-metrics"] | annotations: { prometheus.istio.io/merge-metrics: "maybe" }',
    ],
  },
  {
    name: 'pods that may get no sidecar',
    documents: [deployment('orders', { annotations: 'traffic.sidecar.istio.io/excludeInboundPorts: "8000-9000"' })],
    hits: [
      'warning Deployment shop/orders spec.template.metadata.annotations["traffic.sidecar.istio.io/excludeInboundPorts"] | annotations: { traffic.sidecar.istio.io/excludeInboundPorts: "8000-9000" }',
    ],
  },
  {
    name: 'all is well',
    documents: [
      namespace(),
      deployment('orders', {
        annotations:
          'traffic.sidecar.istio.io/excludeInboundPorts: "8080, 9090", traffic.sidecar.istio.io/excludeOutboundIPRanges: "10.0.0.0/8,fd00::/8", sidecar.istio.io/interceptionMode: TPROXY, sidecar.istio.io/proxyCPU: 100m, sidecar.istio.io/proxyMemory: 128Mi, prometheus.istio.io/merge-metrics: "false"',
      }),
    ],
    hits: [],
  },
  {
    name: 'an annotation that is not judged',
    documents: [namespace(), deployment('orders', { annotations: 'sidecar.istio.io/logLevel: whatever' })],
    hits: [],
  },
])('$name', ({ documents, hits }) => {
  expect(found(invalidAnnotation, [mesh(...documents)])).toEqual(hits);
});
