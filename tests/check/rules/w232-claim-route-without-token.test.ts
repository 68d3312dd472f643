import { expect, test } from 'vitest';
import { claimRouteWithoutToken } from '../../../charts-src/check/rules/w232-claim-route-without-token.ts';
import { found } from '../found.ts';
import { INGRESS, gateway, mesh, requestAuthentication } from '../security-mesh.ts';

test.each([
  {
    name: 'nothing reads tokens at the gateway',
    documents: [
      INGRESS,
      gateway(
        '- { hosts: [www.example.com], port: { number: 443, name: https, protocol: HTTPS }, tls: { mode: SIMPLE, credentialName: www } }',
      ),
      `apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: { name: members, namespace: shop }\nspec:\n  hosts: [www.example.com]\n  gateways: [public]\n  http:\n    - match:\n        - headers: { "@request.auth.claims.group": { exact: members } }\n      route: [{ destination: { host: orders } }]`,
    ],
    hits: [
      'error VirtualService shop/members spec.http[0].match[0].headers["@request.auth.claims.group"] | - headers: { "@request.auth.claims.group": { exact: members } }',
    ],
  },
  {
    name: 'the gateway is not among the files, nor anything that reads tokens',
    documents: [
      gateway(
        '- { hosts: [www.example.com], port: { number: 443, name: https, protocol: HTTPS }, tls: { mode: SIMPLE, credentialName: www } }',
      ),
      `apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: { name: members, namespace: shop }\nspec:\n  hosts: [www.example.com]\n  gateways: [public]\n  http:\n    - match:\n        - headers: { "@request.auth.claims[group]": { exact: members } }\n      route: [{ destination: { host: orders } }]`,
    ],
    hits: [
      'warning VirtualService shop/members spec.http[0].match[0].headers["@request.auth.claims[group]"] | - headers: { "@request.auth.claims[group]": { exact: members } }',
    ],
  },
  {
    name: 'tokens are read for other pods',
    documents: [
      INGRESS,
      gateway(
        '- { hosts: [www.example.com], port: { number: 443, name: https, protocol: HTTPS }, tls: { mode: SIMPLE, credentialName: www } }',
      ),
      requestAuthentication(),
      `apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: { name: members, namespace: shop }\nspec:\n  hosts: [www.example.com]\n  gateways: [public]\n  http:\n    - match:\n        - headers: { "@request.auth.claims.group": { exact: members } }\n      route: [{ destination: { host: orders } }]`,
    ],
    hits: [
      'error VirtualService shop/members spec.http[0].match[0].headers["@request.auth.claims.group"] | - headers: { "@request.auth.claims.group": { exact: members } }',
    ],
  },
  {
    name: 'tokens are read',
    documents: [
      INGRESS,
      gateway(
        '- { hosts: [www.example.com], port: { number: 443, name: https, protocol: HTTPS }, tls: { mode: SIMPLE, credentialName: www } }',
      ),
      requestAuthentication(
        'selector: { matchLabels: { istio: ingressgateway } }\n  jwtRules: [{ issuer: shop }]',
        'tokens',
        'istio-system',
      ),
      `apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: { name: members, namespace: shop }\nspec:\n  hosts: [www.example.com]\n  gateways: [public]\n  http:\n    - match:\n        - headers: { "@request.auth.claims.group": { exact: members } }\n      route: [{ destination: { host: orders } }]`,
    ],
    hits: [],
  },
  {
    name: 'another header',
    documents: [
      INGRESS,
      gateway(
        '- { hosts: [www.example.com], port: { number: 443, name: https, protocol: HTTPS }, tls: { mode: SIMPLE, credentialName: www } }',
      ),
      `apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: { name: members, namespace: shop }\nspec:\n  hosts: [www.example.com]\n  gateways: [public]\n  http:\n    - match:\n        - headers: { "x-group": { exact: members } }\n      route: [{ destination: { host: orders } }]`,
    ],
    hits: [],
  },
  {
    name: 'a Gateway that is not among the files',
    documents: [
      `apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: { name: members, namespace: shop }\nspec:\n  hosts: [www.example.com]\n  gateways: [istio-system/public]\n  http:\n    - match:\n        - headers: { "@request.auth.claims.group": { exact: members } }\n      route: [{ destination: { host: orders } }]`,
    ],
    hits: [],
  },
])('$name', ({ documents, hits }) => {
  expect(found(claimRouteWithoutToken, [mesh(...documents)])).toEqual(hits);
});
