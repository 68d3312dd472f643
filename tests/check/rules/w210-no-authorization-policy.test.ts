import { expect, test } from 'vitest';
import { noAuthorizationPolicy } from '../../../charts-src/check/rules/w210-no-authorization-policy.ts';
import { found } from '../found.ts';
import { authorizationPolicy, deployment, mesh, namespace, service } from '../security-mesh.ts';

test.each([
  {
    name: 'none at all',
    documents: [namespace(), deployment(), service()],
    hits: ['warning Namespace shop metadata.name | name: shop'],
  },
  {
    name: 'one in another namespace only',
    documents: [namespace(), deployment(), service(), authorizationPolicy('{}', 'deny-all', 'stock')],
    hits: ['warning Namespace shop metadata.name | name: shop'],
  },
  {
    name: 'one that is only counted',
    documents: [
      namespace(),
      deployment(),
      service(),
      authorizationPolicy('{}', 'deny-all', 'shop', ', annotations: { istio.io/dry-run: "true" }'),
    ],
    hits: ['warning Namespace shop metadata.name | name: shop'],
  },
  {
    name: 'default deny',
    documents: [namespace(), deployment(), service(), authorizationPolicy()],
    hits: [],
  },
  {
    name: 'default deny of the mesh',
    documents: [namespace(), deployment(), service(), authorizationPolicy('{}', 'deny-all', 'istio-system')],
    hits: [],
  },
  {
    name: 'one of two workloads covered is W211',
    documents: [
      namespace(),
      deployment(),
      service(),
      deployment('users'),
      service('users'),
      authorizationPolicy(
        'selector: { matchLabels: { app: orders } }\n  rules: [{ from: [{ source: { principals: [cluster.local/ns/shop/sa/web] } }] }]',
        'orders',
      ),
    ],
    hits: [],
  },
  {
    name: 'nothing that can be called',
    documents: [namespace(), deployment('worker').replace(', ports: [{ name: web, containerPort: 8080 }]', '')],
    hits: [],
  },
  {
    name: 'no mesh among the files',
    documents: [deployment(), service()],
    hits: [],
  },
])('$name', ({ documents, hits }) => {
  expect(found(noAuthorizationPolicy, [mesh(...documents)])).toEqual(hits);
});
