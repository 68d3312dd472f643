import { expect, test } from 'vitest';
import { noStrictMtls } from '../../../charts-src/check/rules/w201-no-strict-mtls.ts';
import { found } from '../found.ts';
import { authorizationPolicy, deployment, mesh, namespace, peerAuthentication } from '../security-mesh.ts';

test.each([
  {
    name: 'no PeerAuthentication at all',
    documents: [namespace(), deployment()],
    hits: ['warning Namespace shop metadata.name | name: shop'],
  },
  {
    name: 'one that is for other pods only',
    documents: [
      namespace(),
      deployment(),
      deployment('users'),
      peerAuthentication('selector: { matchLabels: { app: users } }\n  mtls: { mode: STRICT }', 'users'),
    ],
    hits: ['warning Namespace shop metadata.name | name: shop'],
  },
  {
    name: 'one that only names a port',
    documents: [
      namespace(),
      deployment(),
      peerAuthentication(
        'selector: { matchLabels: { app: orders } }\n  portLevelMtls: { 8080: { mode: STRICT } }',
        'port',
      ),
    ],
    hits: ['warning Namespace shop metadata.name | name: shop'],
  },
  {
    name: 'policies that ask who calls are named',
    documents: [
      namespace(),
      deployment(),
      authorizationPolicy('rules: [{ from: [{ source: { principals: [cluster.local/ns/shop/sa/web] } }] }]', 'callers'),
    ],
    hits: ['warning Namespace shop metadata.name | name: shop'],
  },
  {
    name: 'STRICT for the namespace',
    documents: [namespace(), deployment(), peerAuthentication()],
    hits: [],
  },
  {
    name: 'STRICT for the mesh',
    documents: [namespace(), deployment(), peerAuthentication('mtls: { mode: STRICT }', 'default', 'istio-system')],
    hits: [],
  },
  {
    name: 'PERMISSIVE in so many words is W202',
    documents: [namespace(), deployment(), peerAuthentication('mtls: { mode: PERMISSIVE }')],
    hits: [],
  },
  {
    name: 'pods without a sidecar',
    documents: [namespace('shop', 'istio-injection: disabled'), deployment()],
    hits: [],
  },
  {
    name: 'no mesh among the files',
    documents: [deployment()],
    hits: [],
  },
])('$name', ({ documents, hits }) => {
  expect(found(noStrictMtls, [mesh(...documents)])).toEqual(hits);
});
