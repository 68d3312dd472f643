import { expect, test } from 'vitest';
import { identityWithoutMtls } from '../../../charts-src/check/rules/w222-identity-without-mtls.ts';
import { found } from '../found.ts';
import { authorizationPolicy, deployment, mesh, namespace, peerAuthentication, service } from '../security-mesh.ts';

const GATEWAY = (mode: string): readonly string[] => [
  namespace(),
  deployment('edge', { annotations: 'inject.istio.io/templates: gateway' }),
  `
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: { name: edge, namespace: shop }
spec:
  selector: { app: edge }
  servers:
    - { port: { number: 443, name: https, protocol: HTTPS }, hosts: ["*"], tls: { mode: ${mode}, credentialName: edge } }`,
  authorizationPolicy(
    'selector: { matchLabels: { app: edge } }\n  rules: [{ from: [{ source: { principals: [cluster.local/ns/shop/sa/front] } }] }]',
    'callers',
  ),
];

test.each([
  {
    name: 'DENY of a caller where plain text is taken',
    documents: [
      namespace(),
      deployment(),
      service(),
      peerAuthentication('mtls: { mode: PERMISSIVE }'),
      authorizationPolicy('action: DENY\n  rules: [{ from: [{ source: { namespaces: [guests] } }] }]', 'callers'),
    ],
    hits: [
      'warning AuthorizationPolicy shop/callers spec.rules[0].from[0].source.namespaces | rules: [{ from: [{ source: { namespaces: [guests] } }] }]',
    ],
  },
  {
    name: 'ALLOW of everybody but a caller',
    documents: [
      namespace(),
      deployment(),
      service(),
      authorizationPolicy(
        'rules: [{ from: [{ source: { notPrincipals: [cluster.local/ns/shop/sa/guest] } }] }]',
        'callers',
      ),
    ],
    hits: [
      'warning AuthorizationPolicy shop/callers spec.rules[0].from[0].source.notPrincipals | rules: [{ from: [{ source: { notPrincipals: [cluster.local/ns/shop/sa/guest] } }] }]',
    ],
  },
  {
    name: 'ALLOW of a caller where nobody has an identity',
    documents: [
      namespace(),
      deployment(),
      service(),
      peerAuthentication('mtls: { mode: DISABLE }'),
      authorizationPolicy('rules: [{ from: [{ source: { principals: [cluster.local/ns/shop/sa/web] } }] }]', 'callers'),
    ],
    hits: [
      'error AuthorizationPolicy shop/callers spec.rules[0].from[0].source.principals | rules: [{ from: [{ source: { principals: [cluster.local/ns/shop/sa/web] } }] }]',
    ],
  },
  {
    name: 'in when',
    documents: [
      namespace(),
      deployment(),
      service(),
      peerAuthentication('mtls: { mode: DISABLE }'),
      authorizationPolicy('rules: [{ when: [{ key: source.namespace, values: [shop] }] }]', 'callers'),
    ],
    hits: [
      'error AuthorizationPolicy shop/callers spec.rules[0].when[0].values | rules: [{ when: [{ key: source.namespace, values: [shop] }] }]',
    ],
  },
  {
    name: 'ALLOW of a caller keeps plain text out: W202 says the rest',
    documents: [
      namespace(),
      deployment(),
      service(),
      peerAuthentication('mtls: { mode: PERMISSIVE }'),
      authorizationPolicy('rules: [{ from: [{ source: { principals: [cluster.local/ns/shop/sa/web] } }] }]', 'callers'),
    ],
    hits: [],
  },
  {
    name: 'STRICT',
    documents: [
      namespace(),
      deployment(),
      service(),
      peerAuthentication(),
      authorizationPolicy('action: DENY\n  rules: [{ from: [{ source: { namespaces: [guests] } }] }]', 'callers'),
    ],
    hits: [],
  },
  {
    name: 'addresses',
    documents: [
      namespace(),
      deployment(),
      service(),
      peerAuthentication('mtls: { mode: DISABLE }'),
      authorizationPolicy('rules: [{ from: [{ source: { ipBlocks: [10.0.0.0/8] } }] }]', 'callers'),
    ],
    hits: [],
  },
  {
    name: 'plain text on a port that no Service leads to',
    documents: [
      namespace(),
      deployment(),
      service(),
      peerAuthentication(
        'selector: { matchLabels: { app: orders } }\n  mtls: { mode: STRICT }\n  portLevelMtls: { 9999: { mode: DISABLE } }',
        'orders',
      ),
      authorizationPolicy('action: DENY\n  rules: [{ from: [{ source: { namespaces: [guests] } }] }]', 'callers'),
    ],
    hits: [],
  },
  {
    name: 'an identity at a gateway that asks for no certificate',
    documents: GATEWAY('SIMPLE'),
    hits: [
      'error AuthorizationPolicy shop/callers spec.rules[0].from[0].source.principals | rules: [{ from: [{ source: { principals: [cluster.local/ns/shop/sa/front] } }] }]',
    ],
  },
  { name: 'one that asks for a certificate', documents: GATEWAY('MUTUAL'), hits: [] },
])('$name', ({ documents, hits }) => {
  expect(found(identityWithoutMtls, [mesh(...documents)])).toEqual(hits);
});
