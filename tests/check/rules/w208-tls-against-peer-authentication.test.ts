import { expect, test } from 'vitest';
import { tlsAgainstPeerAuthentication } from '../../../charts-src/check/rules/w208-tls-against-peer-authentication.ts';
import { found } from '../found.ts';
import { deployment, destinationRule, mesh, namespace, peerAuthentication, service } from '../security-mesh.ts';

test.each([
  {
    name: 'plain text to STRICT',
    documents: [
      namespace(),
      deployment(),
      service(),
      peerAuthentication(),
      destinationRule('trafficPolicy: { tls: { mode: DISABLE } }', 'orders.shop.svc.cluster.local'),
    ],
    hits: ['error DestinationRule shop/orders spec.trafficPolicy.tls.mode | trafficPolicy: { tls: { mode: DISABLE } }'],
  },
  {
    name: 'a block without a mode is plain text',
    documents: [
      namespace(),
      deployment(),
      service(),
      peerAuthentication(),
      destinationRule('trafficPolicy: { tls: { sni: orders } }', 'orders.shop.svc.cluster.local'),
    ],
    hits: ['error DestinationRule shop/orders spec.trafficPolicy.tls | trafficPolicy: { tls: { sni: orders } }'],
  },
  {
    name: 'TLS of its own to STRICT',
    documents: [
      namespace(),
      deployment(),
      service(),
      peerAuthentication(),
      destinationRule(
        'trafficPolicy: { tls: { mode: SIMPLE, caCertificates: /ca.crt } }',
        'orders.shop.svc.cluster.local',
      ),
    ],
    hits: [
      'error DestinationRule shop/orders spec.trafficPolicy.tls.mode | trafficPolicy: { tls: { mode: SIMPLE, caCertificates: /ca.crt } }',
    ],
  },
  {
    name: 'at one port',
    documents: [
      namespace(),
      deployment(),
      service(),
      peerAuthentication(),
      destinationRule(
        'trafficPolicy: { portLevelSettings: [{ port: { number: 80 }, tls: { mode: DISABLE } }] }',
        'orders.shop.svc.cluster.local',
      ),
    ],
    hits: [
      'error DestinationRule shop/orders spec.trafficPolicy.portLevelSettings[0].tls.mode | trafficPolicy: { portLevelSettings: [{ port: { number: 80 }, tls: { mode: DISABLE } }] }',
    ],
  },
  {
    name: 'for one subset',
    documents: [
      namespace(),
      deployment(),
      service(),
      peerAuthentication(),
      destinationRule(
        'subsets: [{ name: v1, labels: { version: v1 }, trafficPolicy: { tls: { mode: DISABLE } } }]',
        'orders.shop.svc.cluster.local',
      ),
    ],
    hits: [
      'error DestinationRule shop/orders spec.subsets[0].trafficPolicy.tls.mode | subsets: [{ name: v1, labels: { version: v1 }, trafficPolicy: { tls: { mode: DISABLE } } }]',
    ],
  },
  {
    name: 'for every host',
    documents: [
      namespace(),
      deployment(),
      service(),
      peerAuthentication(),
      destinationRule('trafficPolicy: { tls: { mode: DISABLE } }', '*.local'),
    ],
    hits: ['error DestinationRule shop/orders spec.trafficPolicy.tls.mode | trafficPolicy: { tls: { mode: DISABLE } }'],
  },
  {
    name: 'STRICT of the mesh, and pods that may have no sidecar',
    documents: [
      deployment('orders'),
      service(),
      peerAuthentication('mtls: { mode: STRICT }', 'default', 'istio-system'),
      destinationRule('trafficPolicy: { tls: { mode: DISABLE } }', 'orders.shop.svc.cluster.local'),
    ],
    hits: [
      'warning DestinationRule shop/orders spec.trafficPolicy.tls.mode | trafficPolicy: { tls: { mode: DISABLE } }',
    ],
  },
  {
    name: 'plain text inside the mesh',
    documents: [
      namespace(),
      deployment(),
      service(),
      destinationRule('trafficPolicy: { tls: { mode: DISABLE } }', 'orders.shop.svc.cluster.local'),
    ],
    hits: [
      'warning DestinationRule shop/orders spec.trafficPolicy.tls.mode | trafficPolicy: { tls: { mode: DISABLE } }',
    ],
  },
  {
    name: 'mutual TLS to plain text',
    documents: [
      namespace(),
      deployment(),
      service(),
      peerAuthentication('mtls: { mode: DISABLE }'),
      destinationRule('trafficPolicy: { tls: { mode: ISTIO_MUTUAL } }', 'orders.shop.svc.cluster.local'),
    ],
    hits: [
      'error DestinationRule shop/orders spec.trafficPolicy.tls.mode | trafficPolicy: { tls: { mode: ISTIO_MUTUAL } }',
    ],
  },
  {
    name: 'mutual TLS to pods without a sidecar',
    documents: [
      namespace('shop', 'istio-injection: disabled'),
      deployment(),
      service(),
      destinationRule('trafficPolicy: { tls: { mode: ISTIO_MUTUAL } }', 'orders.shop.svc.cluster.local'),
    ],
    hits: [
      'error DestinationRule shop/orders spec.trafficPolicy.tls.mode | trafficPolicy: { tls: { mode: ISTIO_MUTUAL } }',
    ],
  },
  {
    name: 'pods that keep out of the mesh are W242',
    documents: [
      namespace(),
      service(),
      destinationRule('trafficPolicy: { tls: { mode: ISTIO_MUTUAL } }', 'orders.shop.svc.cluster.local'),
      deployment('orders', { labels: 'app: orders, sidecar.istio.io/inject: "false"' }),
    ],
    hits: [],
  },
  {
    name: 'mutual TLS to pods of a namespace without a label',
    documents: [
      namespace('shop', 'team: a'),
      deployment(),
      service(),
      destinationRule('trafficPolicy: { tls: { mode: ISTIO_MUTUAL } }', 'orders.shop.svc.cluster.local'),
    ],
    hits: [
      'warning DestinationRule shop/orders spec.trafficPolicy.tls.mode | trafficPolicy: { tls: { mode: ISTIO_MUTUAL } }',
    ],
  },
  {
    name: 'mutual TLS to many hosts, one of which has no sidecar',
    documents: [
      namespace('shop', 'istio-injection: disabled'),
      deployment(),
      service(),
      destinationRule('trafficPolicy: { tls: { mode: ISTIO_MUTUAL } }', '*.local'),
    ],
    hits: [
      'warning DestinationRule shop/orders spec.trafficPolicy.tls.mode | trafficPolicy: { tls: { mode: ISTIO_MUTUAL } }',
    ],
  },
  {
    name: 'mutual TLS to STRICT',
    documents: [
      namespace(),
      deployment(),
      service(),
      peerAuthentication(),
      destinationRule('trafficPolicy: { tls: { mode: ISTIO_MUTUAL } }', 'orders.shop.svc.cluster.local'),
    ],
    hits: [],
  },
  {
    name: 'no tls at all',
    documents: [
      namespace(),
      deployment(),
      service(),
      peerAuthentication(),
      destinationRule(
        'trafficPolicy: { connectionPool: { tcp: { maxConnections: 10 } } }',
        'orders.shop.svc.cluster.local',
      ),
    ],
    hits: [],
  },
  {
    name: 'plain text to a port that takes it',
    documents: [
      namespace(),
      deployment(),
      service(),
      peerAuthentication(
        'selector: { matchLabels: { app: orders } }\n  mtls: { mode: STRICT }\n  portLevelMtls: { 8080: { mode: DISABLE } }',
        'orders',
      ),
      destinationRule('trafficPolicy: { tls: { mode: DISABLE } }', 'orders.shop.svc.cluster.local'),
    ],
    hits: [],
  },
  {
    name: 'another port of the host',
    documents: [
      namespace(),
      deployment(),
      service(),
      peerAuthentication(),
      destinationRule(
        'trafficPolicy: { portLevelSettings: [{ port: { number: 9090 }, tls: { mode: DISABLE } }] }',
        'orders.shop.svc.cluster.local',
      ),
    ],
    hits: [],
  },
  {
    name: 'a host outside',
    documents: [
      namespace(),
      deployment(),
      service(),
      peerAuthentication(),
      destinationRule('trafficPolicy: { tls: { mode: SIMPLE } }', 'api.example.com'),
    ],
    hits: [],
  },
  {
    name: 'plain text to pods without a sidecar',
    documents: [
      namespace('shop', 'istio-injection: disabled'),
      deployment(),
      service(),
      peerAuthentication(),
      destinationRule('trafficPolicy: { tls: { mode: DISABLE } }', 'orders.shop.svc.cluster.local'),
    ],
    hits: [],
  },
  {
    name: 'a rule that never acts, since its namespace is neither',
    documents: [
      namespace(),
      deployment(),
      service(),
      peerAuthentication(),
      destinationRule('trafficPolicy: { tls: { mode: ISTIO_MUTUAL } }'),
      destinationRule('trafficPolicy: { tls: { mode: DISABLE } }', 'orders.shop.svc.cluster.local', 'istio-system'),
    ],
    hits: [],
  },
])('$name', ({ documents, hits }) => {
  expect(found(tlsAgainstPeerAuthentication, [mesh(...documents)])).toEqual(hits);
});
