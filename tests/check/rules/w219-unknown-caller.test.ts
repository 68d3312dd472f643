import { expect, test } from 'vitest';
import { unknownCaller } from '../../../charts-src/check/rules/w219-unknown-caller.ts';
import { found } from '../found.ts';
import { authorizationPolicy, deployment, mesh, namespace } from '../security-mesh.ts';

test.each([
  {
    name: 'a slip in the name of an account',
    documents: [
      namespace(),
      deployment(),
      deployment('checkout'),
      authorizationPolicy(
        'rules: [{ from: [{ source: { principals: [cluster.local/ns/shop/sa/chekout] } }] }]',
        'callers',
      ),
    ],
    hits: [
      'error AuthorizationPolicy shop/callers spec.rules[0].from[0].source.principals[0] | rules: [{ from: [{ source: { principals: [cluster.local/ns/shop/sa/chekout] } }] }]',
    ],
  },
  {
    name: 'several of which nothing is known',
    documents: [
      namespace(),
      deployment(),
      authorizationPolicy(
        'rules: [{ from: [{ source: { principals: [cluster.local/ns/shop/sa/batch, cluster.local/ns/shop/sa/importer] } }] }]',
        'callers',
      ),
    ],
    hits: [
      'warning AuthorizationPolicy shop/callers spec.rules[0].from[0].source.principals[0] | rules: [{ from: [{ source: { principals: [cluster.local/ns/shop/sa/batch, cluster.local/ns/shop/sa/importer] } }] }]',
    ],
  },
  {
    name: 'a longer name is another name',
    documents: [
      namespace(),
      deployment(),
      authorizationPolicy(
        'rules: [{ from: [{ source: { principals: [cluster.local/ns/shop/sa/orders-ui] } }] }]',
        'callers',
      ),
    ],
    hits: [
      'warning AuthorizationPolicy shop/callers spec.rules[0].from[0].source.principals[0] | rules: [{ from: [{ source: { principals: [cluster.local/ns/shop/sa/orders-ui] } }] }]',
    ],
  },
  {
    name: 'an account that nobody has',
    documents: [
      namespace(),
      deployment(),
      authorizationPolicy(
        'rules: [{ from: [{ source: { principals: [cluster.local/ns/shop/sa/batch] } }] }]',
        'callers',
      ),
    ],
    hits: [
      'warning AuthorizationPolicy shop/callers spec.rules[0].from[0].source.principals[0] | rules: [{ from: [{ source: { principals: [cluster.local/ns/shop/sa/batch] } }] }]',
    ],
  },
  {
    name: 'a slip in the name of a namespace',
    documents: [
      namespace(),
      deployment(),
      authorizationPolicy('rules: [{ from: [{ source: { namespaces: [shopp] } }] }]', 'callers'),
    ],
    hits: [
      'warning AuthorizationPolicy shop/callers spec.rules[0].from[0].source.namespaces[0] | rules: [{ from: [{ source: { namespaces: [shopp] } }] }]',
    ],
  },
  {
    name: 'a namespace that is not among the files',
    documents: [
      namespace(),
      deployment(),
      authorizationPolicy('rules: [{ from: [{ source: { namespaces: [monitoring] } }] }]', 'callers'),
    ],
    hits: [
      'info AuthorizationPolicy shop/callers spec.rules[0].from[0].source.namespaces[0] | rules: [{ from: [{ source: { namespaces: [monitoring] } }] }]',
    ],
  },
  {
    name: 'no namespace like it',
    documents: [
      namespace(),
      deployment(),
      authorizationPolicy('rules: [{ from: [{ source: { namespaces: ["*-prod"] } }] }]', 'callers'),
    ],
    hits: [
      'info AuthorizationPolicy shop/callers spec.rules[0].from[0].source.namespaces[0] | rules: [{ from: [{ source: { namespaces: ["*-prod"] } }] }]',
    ],
  },
  {
    name: 'a foreign trust domain',
    documents: [
      namespace(),
      deployment('web'),
      authorizationPolicy('rules: [{ from: [{ source: { principals: [other.example/ns/shop/sa/web] } }] }]', 'callers'),
    ],
    hits: [
      'info AuthorizationPolicy shop/callers spec.rules[0].from[0].source.principals[0] | rules: [{ from: [{ source: { principals: [other.example/ns/shop/sa/web] } }] }]',
    ],
  },
  {
    name: 'the short form',
    documents: [
      namespace(),
      deployment(),
      deployment('checkout'),
      authorizationPolicy('rules: [{ from: [{ source: { serviceAccounts: [shop/chekout] } }] }]', 'callers'),
    ],
    hits: [
      'error AuthorizationPolicy shop/callers spec.rules[0].from[0].source.serviceAccounts[0] | rules: [{ from: [{ source: { serviceAccounts: [shop/chekout] } }] }]',
    ],
  },
  {
    name: 'an account of a pod',
    documents: [
      namespace(),
      deployment('web'),
      authorizationPolicy('rules: [{ from: [{ source: { principals: [cluster.local/ns/shop/sa/web] } }] }]', 'callers'),
    ],
    hits: [],
  },
  {
    name: 'an account that is declared',
    documents: [
      namespace(),
      deployment(),
      `apiVersion: v1\nkind: ServiceAccount\nmetadata: { name: batch, namespace: shop }`,
      authorizationPolicy(
        'rules: [{ from: [{ source: { principals: [cluster.local/ns/shop/sa/batch] } }] }]',
        'callers',
      ),
    ],
    hits: [],
  },
  {
    name: "Istio's gateway",
    documents: [
      namespace(),
      deployment(),
      authorizationPolicy(
        'rules: [{ from: [{ source: { principals: [cluster.local/ns/istio-system/sa/istio-ingressgateway-service-account] } }] }]',
        'callers',
      ),
    ],
    hits: [],
  },
  {
    name: 'patterns',
    documents: [
      namespace(),
      deployment(),
      authorizationPolicy(
        'rules: [{ from: [{ source: { principals: ["*/sa/batch", "cluster.local/ns/shop/*"], notNamespaces: ["sh*"] } }] }]',
        'callers',
      ),
    ],
    hits: [],
  },
  {
    name: 'a namespace whose workloads are not among the files',
    documents: [
      namespace(),
      `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: x, namespace: stock }`,
      authorizationPolicy(
        'rules: [{ from: [{ source: { principals: [cluster.local/ns/stock/sa/batch] } }] }]',
        'callers',
      ),
    ],
    hits: [],
  },
  {
    name: 'the account of a waypoint, whose pods istiod makes',
    documents: [
      namespace(),
      deployment(),
      'apiVersion: gateway.networking.k8s.io/v1\nkind: Gateway\nmetadata: { name: waypoint, namespace: shop }\nspec: { gatewayClassName: istio-waypoint }\n',
      'apiVersion: gateway.networking.k8s.io/v1\nkind: Gateway\nmetadata: { name: edge, namespace: shop }\nspec: { gatewayClassName: istio }\n',
      authorizationPolicy(
        'rules: [{ from: [{ source: { principals: [cluster.local/ns/shop/sa/waypoint, cluster.local/ns/shop/sa/edge-istio] } }] }]',
        'callers',
      ),
    ],
    hits: [],
  },
  {
    name: 'default, and every pod has an account of its own',
    documents: [
      namespace(),
      deployment(),
      authorizationPolicy(
        'rules: [{ from: [{ source: { principals: [cluster.local/ns/shop/sa/default] } }] }]',
        'callers',
      ),
    ],
    hits: [
      'warning AuthorizationPolicy shop/callers spec.rules[0].from[0].source.principals[0] | rules: [{ from: [{ source: { principals: [cluster.local/ns/shop/sa/default] } }] }]',
    ],
  },
  {
    name: 'default, as which pods run',
    documents: [
      namespace(),
      deployment('orders', { account: 'default' }),
      authorizationPolicy(
        'rules: [{ from: [{ source: { principals: [cluster.local/ns/shop/sa/default] } }] }]',
        'callers',
      ),
    ],
    hits: [],
  },
])('$name', ({ documents, hits }) => {
  expect(found(unknownCaller, [mesh(...documents)])).toEqual(hits);
});
