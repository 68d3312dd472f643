import { expect, test } from 'vitest';
import { plainTextPort } from '../../../charts-src/check/rules/w204-plain-text-port.ts';
import { found } from '../found.ts';
import { deployment, mesh, namespace, peerAuthentication, service } from '../security-mesh.ts';

test.each([
  {
    name: 'DISABLE',
    documents: [
      namespace(),
      deployment(),
      service(),
      peerAuthentication(
        'selector: { matchLabels: { app: orders } }\n  mtls: { mode: STRICT }\n  portLevelMtls: { 8080: { mode: DISABLE } }',
        'orders',
      ),
    ],
    hits: [
      'warning PeerAuthentication shop/orders spec.portLevelMtls.8080.mode | portLevelMtls: { 8080: { mode: DISABLE } }',
    ],
  },
  {
    name: 'PERMISSIVE beside STRICT',
    documents: [
      namespace(),
      deployment(),
      service(),
      peerAuthentication(
        'selector: { matchLabels: { app: orders } }\n  mtls: { mode: STRICT }\n  portLevelMtls: { 8080: { mode: PERMISSIVE } }',
        'orders',
      ),
    ],
    hits: [
      'warning PeerAuthentication shop/orders spec.portLevelMtls.8080.mode | portLevelMtls: { 8080: { mode: PERMISSIVE } }',
    ],
  },
  {
    name: 'a port that only the application knows',
    documents: [
      namespace(),
      deployment('orders', { container: '' }),
      peerAuthentication(
        'selector: { matchLabels: { app: orders } }\n  mtls: { mode: STRICT }\n  portLevelMtls: { 9999: { mode: DISABLE } }',
        'orders',
      ),
    ],
    hits: [
      'warning PeerAuthentication shop/orders spec.portLevelMtls.9999.mode | portLevelMtls: { 9999: { mode: DISABLE } }',
    ],
  },
  {
    name: 'PERMISSIVE where everything is, says nothing new',
    documents: [
      namespace(),
      deployment(),
      service(),
      peerAuthentication(
        'selector: { matchLabels: { app: orders } }\n  mtls: { mode: PERMISSIVE }\n  portLevelMtls: { 8080: { mode: PERMISSIVE } }',
        'orders',
      ),
    ],
    hits: [],
  },
  {
    name: 'STRICT',
    documents: [
      namespace(),
      deployment(),
      service(),
      peerAuthentication(
        'selector: { matchLabels: { app: orders } }\n  mtls: { mode: STRICT }\n  portLevelMtls: { 8080: { mode: STRICT } }',
        'orders',
      ),
    ],
    hits: [],
  },
  {
    name: 'a port of the Service is W207: it exempts nothing',
    documents: [
      namespace(),
      deployment(),
      service(),
      peerAuthentication(
        'selector: { matchLabels: { app: orders } }\n  mtls: { mode: STRICT }\n  portLevelMtls: { 80: { mode: DISABLE } }',
        'orders',
      ),
    ],
    hits: [],
  },
])('$name', ({ documents, hits }) => {
  expect(found(plainTextPort, [mesh(...documents)])).toEqual(hits);
});
