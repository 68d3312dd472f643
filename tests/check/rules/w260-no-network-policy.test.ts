import { expect, test } from 'vitest';
import { noNetworkPolicy } from '../../../charts-src/check/rules/w260-no-network-policy.ts';
import { found } from '../found.ts';
import { deployment, mesh, namespace, networkPolicy } from '../security-mesh.ts';

test.each([
  {
    name: 'none',
    documents: [namespace(), deployment()],
    hits: ['warning Namespace shop metadata.name | name: shop'],
  },
  {
    name: 'one for some pods',
    documents: [
      namespace(),
      deployment(),
      deployment('users'),
      networkPolicy('podSelector: { matchLabels: { app: orders } }', 'orders'),
    ],
    hits: ['warning Namespace shop metadata.name | name: shop'],
  },
  {
    name: 'one for each, none for the next',
    documents: [namespace(), deployment(), networkPolicy('podSelector: { matchLabels: { app: orders } }', 'orders')],
    hits: ['warning Namespace shop metadata.name | name: shop'],
  },
  {
    name: 'nothing for what goes out',
    documents: [namespace(), deployment(), networkPolicy('podSelector: {}\n  policyTypes: [Ingress]')],
    hits: ['info Namespace shop metadata.name | name: shop'],
  },
  {
    name: 'default deny',
    documents: [namespace(), deployment(), networkPolicy()],
    hits: [],
  },
  {
    name: 'all pods, with rules',
    documents: [
      namespace(),
      deployment(),
      networkPolicy(
        'podSelector: {}\n  policyTypes: [Ingress, Egress]\n  ingress: [{ from: [{ podSelector: {} }] }]\n  egress: []',
      ),
    ],
    hits: [],
  },
  {
    name: 'no mesh among the files',
    documents: [deployment()],
    hits: [],
  },
  {
    name: 'pods without a sidecar',
    documents: [namespace('shop', 'istio-injection: disabled'), deployment()],
    hits: [],
  },
])('$name', ({ documents, hits }) => {
  expect(found(noNetworkPolicy, [mesh(...documents)])).toEqual(hits);
});
