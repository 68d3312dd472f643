import { expect, test } from 'vitest';
import { permissiveMtls } from '../../../charts-src/check/rules/w202-permissive-mtls.ts';
import { found } from '../found.ts';
import { deployment, mesh, namespace, peerAuthentication } from '../security-mesh.ts';

test.each([
  {
    name: 'PERMISSIVE for a namespace',
    documents: [namespace(), deployment(), peerAuthentication('mtls: { mode: PERMISSIVE }')],
    hits: ['warning PeerAuthentication shop/default spec.mtls.mode | mtls: { mode: PERMISSIVE }'],
  },
  {
    name: 'DISABLE for the mesh',
    documents: [namespace(), deployment(), peerAuthentication('mtls: { mode: DISABLE }', 'default', 'istio-system')],
    hits: ['warning PeerAuthentication istio-system/default spec.mtls.mode | mtls: { mode: DISABLE }'],
  },
  {
    name: 'PERMISSIVE for some pods',
    documents: [
      namespace(),
      deployment(),
      peerAuthentication(),
      peerAuthentication('selector: { matchLabels: { app: orders } }\n  mtls: { mode: PERMISSIVE }', 'orders'),
    ],
    hits: ['warning PeerAuthentication shop/orders spec.mtls.mode | mtls: { mode: PERMISSIVE }'],
  },
  {
    name: 'STRICT',
    documents: [namespace(), deployment(), peerAuthentication()],
    hits: [],
  },
  {
    name: 'UNSET',
    documents: [namespace(), deployment(), peerAuthentication('mtls: { mode: UNSET }')],
    hits: [],
  },
  {
    name: 'a port alone is W204',
    documents: [
      namespace(),
      deployment(),
      peerAuthentication(
        'selector: { matchLabels: { app: orders } }\n  mtls: { mode: STRICT }\n  portLevelMtls: { 8080: { mode: PERMISSIVE } }',
        'orders',
      ),
    ],
    hits: [],
  },
  {
    name: 'one that another one takes the place of is W206',
    documents: [
      namespace(),
      deployment(),
      peerAuthentication('mtls: { mode: STRICT }', 'a'),
      peerAuthentication('mtls: { mode: PERMISSIVE }', 'b'),
    ],
    hits: [],
  },
  {
    name: 'a selector in the root namespace is W205',
    documents: [
      namespace(),
      deployment(),
      peerAuthentication(
        'selector: { matchLabels: { app: orders } }\n  mtls: { mode: PERMISSIVE }',
        'orders',
        'istio-system',
      ),
    ],
    hits: [],
  },
])('$name', ({ documents, hits }) => {
  expect(found(permissiveMtls, [mesh(...documents)])).toEqual(hits);
});
