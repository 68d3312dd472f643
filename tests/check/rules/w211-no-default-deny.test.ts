import { expect, test } from 'vitest';
import { noDefaultDeny } from '../../../charts-src/check/rules/w211-no-default-deny.ts';
import { found } from '../found.ts';
import { authorizationPolicy, deployment, mesh, namespace, service } from '../security-mesh.ts';

test.each([
  {
    name: 'a workload that no policy is about',
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
    hits: ['warning Namespace shop metadata.name | name: shop'],
  },
  {
    name: 'every workload has its own, and the next one has none',
    documents: [
      namespace(),
      deployment(),
      service(),
      authorizationPolicy(
        'selector: { matchLabels: { app: orders } }\n  rules: [{ from: [{ source: { principals: [cluster.local/ns/shop/sa/web] } }] }]',
        'orders',
      ),
    ],
    hits: ['warning Namespace shop metadata.name | name: shop'],
  },
  {
    name: 'policies that only deny',
    documents: [
      namespace(),
      deployment(),
      service(),
      authorizationPolicy('action: DENY\n  rules: [{ to: [{ operation: { paths: [/admin*] } }] }]', 'callers'),
    ],
    hits: ['warning AuthorizationPolicy shop/callers spec.action | action: DENY'],
  },
  {
    name: 'default deny that is only counted',
    documents: [
      namespace(),
      deployment(),
      service(),
      authorizationPolicy(
        'selector: { matchLabels: { app: orders } }\n  rules: [{ from: [{ source: { principals: [cluster.local/ns/shop/sa/web] } }] }]',
        'orders',
      ),
      authorizationPolicy('{}', 'deny-all', 'shop', ', annotations: { istio.io/dry-run: "true" }'),
    ],
    hits: ['warning Namespace shop metadata.name | name: shop'],
  },
  {
    name: 'default deny',
    documents: [
      namespace(),
      deployment(),
      service(),
      authorizationPolicy(
        'selector: { matchLabels: { app: orders } }\n  rules: [{ from: [{ source: { principals: [cluster.local/ns/shop/sa/web] } }] }]',
        'orders',
      ),
      authorizationPolicy(),
    ],
    hits: [],
  },
  {
    name: 'default deny of the mesh',
    documents: [
      namespace(),
      deployment(),
      service(),
      authorizationPolicy(
        'selector: { matchLabels: { app: orders } }\n  rules: [{ from: [{ source: { principals: [cluster.local/ns/shop/sa/web] } }] }]',
        'orders',
      ),
      authorizationPolicy('{}', 'deny-all', 'istio-system'),
    ],
    hits: [],
  },
  {
    name: 'no policy at all is W210',
    documents: [namespace(), deployment(), service()],
    hits: [],
  },
])('$name', ({ documents, hits }) => {
  expect(found(noDefaultDeny, [mesh(...documents)])).toEqual(hits);
});
