import { expect, test } from 'vitest';
import { unverifiedTls } from '../../../charts-src/check/rules/w253-unverified-tls.ts';
import { found } from '../found.ts';
import { destinationRule, mesh } from '../security-mesh.ts';

test.each([
  {
    name: 'SIMPLE',
    documents: [destinationRule('trafficPolicy: { tls: { mode: SIMPLE } }', 'api.example.com')],
    hits: [
      'warning DestinationRule shop/orders spec.trafficPolicy.tls.mode | trafficPolicy: { tls: { mode: SIMPLE } }',
    ],
  },
  {
    name: 'MUTUAL',
    documents: [
      destinationRule(
        'trafficPolicy: { tls: { mode: MUTUAL, clientCertificate: /a, privateKey: /b } }',
        'api.example.com',
      ),
    ],
    hits: [
      'warning DestinationRule shop/orders spec.trafficPolicy.tls.mode | trafficPolicy: { tls: { mode: MUTUAL, clientCertificate: /a, privateKey: /b } }',
    ],
  },
  {
    name: 'at a port',
    documents: [
      destinationRule(
        'trafficPolicy: { portLevelSettings: [{ port: { number: 443 }, tls: { mode: SIMPLE } }] }',
        'api.example.com',
      ),
    ],
    hits: [
      'warning DestinationRule shop/orders spec.trafficPolicy.portLevelSettings[0].tls.mode | trafficPolicy: { portLevelSettings: [{ port: { number: 443 }, tls: { mode: SIMPLE } }] }',
    ],
  },
  {
    name: 'of a subset',
    documents: [
      destinationRule('subsets: [{ name: v1, trafficPolicy: { tls: { mode: SIMPLE } } }]', 'api.example.com'),
    ],
    hits: [
      'warning DestinationRule shop/orders spec.subsets[0].trafficPolicy.tls.mode | subsets: [{ name: v1, trafficPolicy: { tls: { mode: SIMPLE } } }]',
    ],
  },
  {
    name: 'not verified on purpose',
    documents: [
      destinationRule(
        'trafficPolicy: { tls: { mode: SIMPLE, caCertificates: /ca.crt, insecureSkipVerify: true } }',
        'api.example.com',
      ),
    ],
    hits: [
      'warning DestinationRule shop/orders spec.trafficPolicy.tls.insecureSkipVerify | trafficPolicy: { tls: { mode: SIMPLE, caCertificates: /ca.crt, insecureSkipVerify: true } }',
    ],
  },
  {
    name: 'a credential that sidecars do not read',
    documents: [destinationRule('trafficPolicy: { tls: { mode: SIMPLE, credentialName: api } }', 'api.example.com')],
    hits: [
      'warning DestinationRule shop/orders spec.trafficPolicy.tls.mode | trafficPolicy: { tls: { mode: SIMPLE, credentialName: api } }',
    ],
  },
  {
    name: 'inside the cluster',
    documents: [destinationRule('trafficPolicy: { tls: { mode: SIMPLE } }')],
    hits: [
      'warning DestinationRule shop/orders spec.trafficPolicy.tls.mode | trafficPolicy: { tls: { mode: SIMPLE } }',
    ],
  },
  {
    name: 'with an authority',
    documents: [
      destinationRule('trafficPolicy: { tls: { mode: SIMPLE, caCertificates: /ca.crt } }', 'api.example.com'),
    ],
    hits: [],
  },
  {
    name: 'a credential for pods that are selected',
    documents: [
      destinationRule(
        'workloadSelector: { matchLabels: { app: orders } }\n  trafficPolicy: { tls: { mode: SIMPLE, credentialName: api } }',
        'api.example.com',
      ),
    ],
    hits: [],
  },
  {
    name: 'mutual TLS of the mesh',
    documents: [destinationRule('trafficPolicy: { tls: { mode: ISTIO_MUTUAL } }', 'api.example.com')],
    hits: [],
  },
])('$name', ({ documents, hits }) => {
  expect(found(unverifiedTls, [mesh(...documents)])).toEqual(hits);
});
