import { expect, test } from 'vitest';
import { tokenNotRequired } from '../../../charts-src/check/rules/w230-token-not-required.ts';
import { found } from '../found.ts';
import { authorizationPolicy, deployment, mesh, namespace, requestAuthentication } from '../security-mesh.ts';

test.each([
  {
    name: 'no policy',
    documents: [namespace(), deployment(), requestAuthentication()],
    hits: ['warning RequestAuthentication shop/tokens spec.jwtRules | jwtRules: [{ issuer: shop, jwks: "{}" }]'],
  },
  {
    name: 'a policy about other pods',
    documents: [
      namespace(),
      deployment(),
      deployment('users'),
      requestAuthentication('selector: { matchLabels: { app: orders } }\n  jwtRules: [{ issuer: shop }]'),
      authorizationPolicy(
        'selector: { matchLabels: { app: users } }\n  rules: [{ from: [{ source: { requestPrincipals: ["shop/*"] } }] }]',
        'users',
      ),
    ],
    hits: ['warning RequestAuthentication shop/tokens spec.jwtRules | jwtRules: [{ issuer: shop }]'],
  },
  {
    name: 'a policy that asks for callers only',
    documents: [
      namespace(),
      deployment(),
      requestAuthentication(),
      authorizationPolicy('rules: [{ from: [{ source: { principals: [cluster.local/ns/shop/sa/web] } }] }]', 'callers'),
    ],
    hits: ['warning RequestAuthentication shop/tokens spec.jwtRules | jwtRules: [{ issuer: shop, jwks: "{}" }]'],
  },
  {
    name: 'a gateway that is not among the files',
    documents: [
      requestAuthentication(
        'selector: { matchLabels: { istio: ingressgateway } }\n  jwtRules: [{ issuer: shop }]',
        'tokens',
        'istio-system',
      ),
    ],
    hits: ['warning RequestAuthentication istio-system/tokens spec.jwtRules | jwtRules: [{ issuer: shop }]'],
  },
  {
    name: 'a token is asked for',
    documents: [
      namespace(),
      deployment(),
      requestAuthentication(),
      authorizationPolicy('rules: [{ from: [{ source: { requestPrincipals: ["shop/*"] } }] }]', 'tokens'),
    ],
    hits: [],
  },
  {
    name: 'by DENY',
    documents: [
      namespace(),
      deployment(),
      requestAuthentication(),
      authorizationPolicy('action: DENY\n  rules: [{ from: [{ source: { notRequestPrincipals: ["*"] } }] }]', 'tokens'),
    ],
    hits: [],
  },
  {
    name: 'by a claim',
    documents: [
      namespace(),
      deployment(),
      requestAuthentication(),
      authorizationPolicy('rules: [{ when: [{ key: "request.auth.claims[group]", values: [members] }] }]', 'tokens'),
    ],
    hits: [],
  },
  {
    name: 'by a policy of the mesh',
    documents: [
      namespace(),
      deployment(),
      requestAuthentication(),
      authorizationPolicy('rules: [{ from: [{ source: { requestPrincipals: ["*"] } }] }]', 'tokens', 'istio-system'),
    ],
    hits: [],
  },
  {
    name: 'at the same gateway',
    documents: [
      requestAuthentication(
        'selector: { matchLabels: { istio: ingressgateway } }\n  jwtRules: [{ issuer: shop }]',
        'tokens',
        'istio-system',
      ),
      authorizationPolicy(
        'selector: { matchLabels: { istio: ingressgateway } }\n  rules: [{ from: [{ source: { requestPrincipals: ["*"] } }] }]',
        'tokens',
        'istio-system',
      ),
    ],
    hits: [],
  },
])('$name', ({ documents, hits }) => {
  expect(found(tokenNotRequired, [mesh(...documents)])).toEqual(hits);
});
