import { expect, test } from 'vitest';
import { keysFetchedFromAnywhere } from '../../../charts-src/check/rules/w233-keys-fetched-from-anywhere.ts';
import { found } from '../found.ts';
import { deployment, mesh, requestAuthentication } from '../security-mesh.ts';

test.each([
  {
    name: 'any address',
    documents: [
      deployment('istiod', {
        of: 'istio-system',
        on: ', labels: { app: istiod }',
        container: ', env: [{ name: A, value: b }]',
      }),
      requestAuthentication('jwtRules: [{ issuer: shop, jwksUri: "https://login.example.com" }]'),
    ],
    hits: [
      'info Deployment istio-system/istiod spec.template.spec.containers[0].env | - { name: app, image: shop/app, ports: [{ name: web, containerPort: 8080 }], env: [{ name: A, value: b }] }',
    ],
  },
  {
    name: 'addresses are limited',
    documents: [
      deployment('istiod', {
        of: 'istio-system',
        on: ', labels: { app: istiod }',
        container: ', env: [{ name: BLOCKED_CIDRS_IN_JWKS_URIS, value: 10.0.0.0/8 }]',
      }),
      requestAuthentication('jwtRules: [{ issuer: shop, jwksUri: "https://login.example.com" }]'),
    ],
    hits: [],
  },
  {
    name: 'keys inline',
    documents: [
      deployment('istiod', {
        of: 'istio-system',
        on: ', labels: { app: istiod }',
        container: ', env: [{ name: A, value: b }]',
      }),
      requestAuthentication(),
    ],
    hits: [],
  },
  {
    name: 'another Deployment',
    documents: [
      deployment(),
      requestAuthentication('jwtRules: [{ issuer: shop, jwksUri: "https://login.example.com" }]'),
    ],
    hits: [],
  },
])('$name', ({ documents, hits }) => {
  expect(found(keysFetchedFromAnywhere, [mesh(...documents)])).toEqual(hits);
});
