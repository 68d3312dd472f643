import { expect, test } from 'vitest';
import { tokenNeverChecked } from '../../../charts-src/check/rules/w231-token-never-checked.ts';
import { found } from '../found.ts';
import { authorizationPolicy, deployment, mesh, namespace, requestAuthentication } from '../security-mesh.ts';

test.each([
  {
    name: 'ALLOW',
    documents: [
      namespace(),
      deployment(),
      authorizationPolicy('rules: [{ from: [{ source: { requestPrincipals: ["shop/*"] } }] }]', 'tokens'),
    ],
    hits: [
      'warning AuthorizationPolicy shop/tokens spec.rules[0].from[0].source.requestPrincipals | rules: [{ from: [{ source: { requestPrincipals: ["shop/*"] } }] }]',
    ],
  },
  {
    name: 'DENY',
    documents: [
      namespace(),
      deployment(),
      authorizationPolicy('action: DENY\n  rules: [{ from: [{ source: { notRequestPrincipals: ["*"] } }] }]', 'tokens'),
    ],
    hits: [
      'warning AuthorizationPolicy shop/tokens spec.rules[0].from[0].source.notRequestPrincipals | rules: [{ from: [{ source: { notRequestPrincipals: ["*"] } }] }]',
    ],
  },
  {
    name: 'a claim',
    documents: [
      namespace(),
      deployment(),
      authorizationPolicy('rules: [{ when: [{ key: "request.auth.claims[group]", values: [members] }] }]', 'tokens'),
    ],
    hits: [
      'warning AuthorizationPolicy shop/tokens spec.rules[0].when[0].values | rules: [{ when: [{ key: "request.auth.claims[group]", values: [members] }] }]',
    ],
  },
  {
    name: 'tokens are read',
    documents: [
      namespace(),
      deployment(),
      requestAuthentication(),
      authorizationPolicy('rules: [{ from: [{ source: { requestPrincipals: ["shop/*"] } }] }]', 'tokens'),
    ],
    hits: [],
  },
  {
    name: 'tokens are read in the whole mesh',
    documents: [
      namespace(),
      deployment(),
      requestAuthentication('jwtRules: [{ issuer: shop }]', 'tokens', 'istio-system'),
      authorizationPolicy('rules: [{ from: [{ source: { requestPrincipals: ["shop/*"] } }] }]', 'tokens'),
    ],
    hits: [],
  },
  {
    name: 'pods that are not among the files',
    documents: [authorizationPolicy('rules: [{ from: [{ source: { requestPrincipals: ["shop/*"] } }] }]', 'tokens')],
    hits: [],
  },
])('$name', ({ documents, hits }) => {
  expect(found(tokenNeverChecked, [mesh(...documents)])).toEqual(hits);
});
