import { expect, test } from 'vitest';
import { openEgress } from '../../../charts-src/check/rules/w254-open-egress.ts';
import { found } from '../found.ts';
import { deployment, mesh, namespace, sidecar } from '../security-mesh.ts';

test.each([
  {
    name: 'said so',
    documents: [namespace(), deployment(), sidecar('ALLOW_ANY')],
    hits: ['warning Sidecar shop/default spec.outboundTrafficPolicy.mode | outboundTrafficPolicy: { mode: ALLOW_ANY }'],
  },
  {
    name: 'not said',
    documents: [namespace(), deployment()],
    hits: ['warning Namespace shop metadata.name | name: shop'],
  },
  {
    name: 'a Sidecar that does not say',
    documents: [namespace(), deployment(), sidecar(undefined)],
    hits: ['warning Namespace shop metadata.name | name: shop'],
  },
  {
    name: 'once for two namespaces',
    documents: [namespace(), deployment(), namespace('stock'), deployment('items', { of: 'stock' })],
    hits: ['warning Namespace shop metadata.name | name: shop'],
  },
  {
    name: 'closed',
    documents: [namespace(), deployment(), sidecar('REGISTRY_ONLY')],
    hits: [],
  },
  {
    name: 'closed for the mesh',
    documents: [namespace(), deployment(), sidecar('REGISTRY_ONLY', 'istio-system')],
    hits: [],
  },
  {
    name: 'no mesh among the files',
    documents: [deployment()],
    hits: [],
  },
])('$name', ({ documents, hits }) => {
  expect(found(openEgress, [mesh(...documents)])).toEqual(hits);
});
