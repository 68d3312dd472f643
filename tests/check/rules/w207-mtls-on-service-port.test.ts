import { expect, test } from 'vitest';
import { mtlsOnServicePort } from '../../../charts-src/check/rules/w207-mtls-on-service-port.ts';
import { found } from '../found.ts';
import { deployment, mesh, namespace, peerAuthentication, service } from '../security-mesh.ts';

test.each([
  {
    name: 'a port of the Service',
    documents: [
      namespace(),
      deployment(),
      service(),
      peerAuthentication(
        'selector: { matchLabels: { app: orders } }\n  mtls: { mode: STRICT }\n  portLevelMtls: { 80: { mode: DISABLE } }',
        'orders',
      ),
    ],
    hits: ['error PeerAuthentication shop/orders spec.portLevelMtls.80 | portLevelMtls: { 80: { mode: DISABLE } }'],
  },
  {
    name: 'a port of the Service, whose mode holds anyway',
    documents: [
      namespace(),
      deployment(),
      service(),
      peerAuthentication(
        'selector: { matchLabels: { app: orders } }\n  mtls: { mode: STRICT }\n  portLevelMtls: { 80: { mode: STRICT } }',
        'orders',
      ),
    ],
    hits: ['warning PeerAuthentication shop/orders spec.portLevelMtls.80 | portLevelMtls: { 80: { mode: STRICT } }'],
  },
  {
    name: 'a port of nothing',
    documents: [
      namespace(),
      deployment(),
      service(),
      peerAuthentication(
        'selector: { matchLabels: { app: orders } }\n  mtls: { mode: STRICT }\n  portLevelMtls: { 9090: { mode: DISABLE } }',
        'orders',
      ),
    ],
    hits: [
      'warning PeerAuthentication shop/orders spec.portLevelMtls.9090 | portLevelMtls: { 9090: { mode: DISABLE } }',
    ],
  },
  {
    name: 'a port of the container',
    documents: [
      namespace(),
      deployment(),
      service(),
      peerAuthentication(
        'selector: { matchLabels: { app: orders } }\n  mtls: { mode: STRICT }\n  portLevelMtls: { 8080: { mode: DISABLE } }',
        'orders',
      ),
    ],
    hits: [],
  },
  {
    name: 'a port with the same number on both sides',
    documents: [
      namespace(),
      deployment(),
      service('orders', '{ name: http, port: 8080 }'),
      peerAuthentication(
        'selector: { matchLabels: { app: orders } }\n  mtls: { mode: STRICT }\n  portLevelMtls: { 8080: { mode: DISABLE } }',
        'orders',
      ),
    ],
    hits: [],
  },
  {
    name: 'a port by its name',
    documents: [
      namespace(),
      deployment(),
      service('orders', '{ name: http, port: 80, targetPort: web }'),
      peerAuthentication(
        'selector: { matchLabels: { app: orders } }\n  mtls: { mode: STRICT }\n  portLevelMtls: { 8080: { mode: DISABLE } }',
        'orders',
      ),
    ],
    hits: [],
  },
  {
    name: 'a port of the proxy',
    documents: [
      namespace(),
      deployment(),
      service(),
      peerAuthentication(
        'selector: { matchLabels: { app: orders } }\n  mtls: { mode: STRICT }\n  portLevelMtls: { 15021: { mode: PERMISSIVE } }',
        'orders',
      ),
    ],
    hits: [],
  },
  {
    name: 'pods that are not among the files',
    documents: [
      namespace(),
      peerAuthentication(
        'selector: { matchLabels: { app: orders } }\n  mtls: { mode: STRICT }\n  portLevelMtls: { 80: { mode: DISABLE } }',
        'orders',
      ),
    ],
    hits: [],
  },
])('$name', ({ documents, hits }) => {
  expect(found(mtlsOnServicePort, [mesh(...documents)])).toEqual(hits);
});
