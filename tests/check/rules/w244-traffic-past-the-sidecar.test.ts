import { expect, test } from 'vitest';
import { trafficPastTheSidecar } from '../../../charts-src/check/rules/w244-traffic-past-the-sidecar.ts';
import { found, wordsOf } from '../found.ts';
import { deployment, destinationRule, mesh, namespace, peerAuthentication, service } from '../security-mesh.ts';

test.each([
  {
    name: 'a port that comes in',
    documents: [
      namespace(),
      deployment('orders', { annotations: 'traffic.sidecar.istio.io/excludeInboundPorts: "8080"' }),
    ],
    hits: [
      'warning Deployment shop/orders spec.template.metadata.annotations["traffic.sidecar.istio.io/excludeInboundPorts"] | annotations: { traffic.sidecar.istio.io/excludeInboundPorts: "8080" }',
    ],
  },
  {
    name: 'only one port comes in through it',
    documents: [
      namespace(),
      deployment('orders', { annotations: 'traffic.sidecar.istio.io/includeInboundPorts: "8080"' }),
    ],
    hits: [
      'warning Deployment shop/orders spec.template.metadata.annotations["traffic.sidecar.istio.io/includeInboundPorts"] | annotations: { traffic.sidecar.istio.io/includeInboundPorts: "8080" }',
    ],
  },
  {
    name: 'a port that goes out',
    documents: [
      namespace(),
      deployment('orders', { annotations: 'traffic.sidecar.istio.io/excludeOutboundPorts: "3306,6379"' }),
    ],
    hits: [
      'warning Deployment shop/orders spec.template.metadata.annotations["traffic.sidecar.istio.io/excludeOutboundPorts"] | annotations: { traffic.sidecar.istio.io/excludeOutboundPorts: "3306,6379" }',
    ],
  },
  {
    name: 'addresses that go out',
    documents: [
      namespace(),
      deployment('orders', { annotations: 'traffic.sidecar.istio.io/excludeOutboundIPRanges: 10.0.0.0/8' }),
    ],
    hits: [
      'warning Deployment shop/orders spec.template.metadata.annotations["traffic.sidecar.istio.io/excludeOutboundIPRanges"] | annotations: { traffic.sidecar.istio.io/excludeOutboundIPRanges: 10.0.0.0/8 }',
    ],
  },
  {
    name: 'nothing goes out through it',
    documents: [
      namespace(),
      deployment('orders', { annotations: 'traffic.sidecar.istio.io/includeOutboundIPRanges: ""' }),
    ],
    hits: [
      'warning Deployment shop/orders spec.template.metadata.annotations["traffic.sidecar.istio.io/includeOutboundIPRanges"] | annotations: { traffic.sidecar.istio.io/includeOutboundIPRanges: "" }',
    ],
  },
  {
    name: 'nothing is redirected',
    documents: [namespace(), deployment('orders', { annotations: 'sidecar.istio.io/interceptionMode: NONE' })],
    hits: [
      'warning Deployment shop/orders spec.template.metadata.annotations["sidecar.istio.io/interceptionMode"] | annotations: { sidecar.istio.io/interceptionMode: NONE }',
    ],
  },
  {
    name: 'a value that cannot be read is W247',
    documents: [
      namespace(),
      deployment('orders', { annotations: 'traffic.sidecar.istio.io/excludeInboundPorts: "8000-9000"' }),
    ],
    hits: [],
  },
  {
    name: 'ports of the sidecar itself',
    documents: [
      namespace(),
      deployment('orders', { annotations: 'traffic.sidecar.istio.io/excludeInboundPorts: "15020,15090"' }),
    ],
    hits: [],
  },
  {
    name: 'all',
    documents: [
      namespace(),
      deployment('orders', {
        annotations:
          'traffic.sidecar.istio.io/includeInboundPorts: "*", traffic.sidecar.istio.io/includeOutboundIPRanges: "*"',
      }),
    ],
    hits: [],
  },
  {
    name: 'empty',
    documents: [
      namespace(),
      deployment('orders', { annotations: 'traffic.sidecar.istio.io/excludeOutboundPorts: ""' }),
    ],
    hits: [],
  },
  {
    name: 'pods without a sidecar',
    documents: [
      namespace('shop', 'istio-injection: disabled'),
      deployment('orders', { annotations: 'traffic.sidecar.istio.io/excludeInboundPorts: "8080"' }),
    ],
    hits: [],
  },
])('$name', ({ documents, hits }) => {
  expect(found(trafficPastTheSidecar, [mesh(...documents)])).toEqual(hits);
});

test.each([
  ['no Service leads there', [], false],
  ['a Service leads there', [service()], true],
  ['and the pods ask for mutual TLS', [service(), peerAuthentication()], true],
  ['a Service leads to another port', [service('orders', '{ name: http, port: 80, targetPort: 9090 }')], false],
  ['but the pods ask for plain text', [service(), peerAuthentication('mtls: { mode: DISABLE }')], false],
  ['but callers are told so', [service(), destinationRule('trafficPolicy: { tls: { mode: DISABLE } }')], false],
])('it says what becomes of callers with a sidecar: %s', (_, more, isDeafened) => {
  const pods = deployment('orders', { annotations: 'traffic.sidecar.istio.io/excludeInboundPorts: "8080"' });
  const [words = ''] = wordsOf(trafficPastTheSidecar, [mesh(namespace(), pods, ...more)]);
  expect(
    words.includes(
      'callers with a sidecar send mutual TLS to orders.shop.svc.cluster.local:80 all the same, which nothing ends there, and get 503',
    ),
  ).toBe(isDeafened);
});
