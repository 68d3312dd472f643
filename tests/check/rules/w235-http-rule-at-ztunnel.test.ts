import { expect, test } from 'vitest';
import { httpRuleAtZtunnel } from '../../../charts-src/check/rules/w235-http-rule-at-ztunnel.ts';
import { ambientShop } from '../gateway-api-mesh.ts';
import { ruleHits } from '../rule-hits.ts';
import { namespace, object, workload } from '../workload-yaml.ts';

const policy = (spec: string, name = 'shop/orders'): string =>
  object('security.istio.io/v1', 'AuthorizationPolicy', name, spec);
const SELECTOR = 'selector: { matchLabels: { app: orders } }';
const SOURCE = 'from: [{ source: { principals: [cluster.local/ns/shop/sa/web] } }]';
const TO = 'to: [{ operation: { methods: [GET] } }]';
const at = 'AuthorizationPolicy shop/orders spec';
const mesh = ambientShop() + workload();
const TARGET = 'targetRefs: [{ group: gateway.networking.k8s.io, kind: Gateway, name: waypoint }]';

test.each([
  {
    name: 'ALLOW by methods',
    text: mesh + policy(`{ ${SELECTOR}, rules: [{ ${SOURCE}, ${TO} }] }`),
    hits: [`error ${at}.rules[0].to[0].operation.methods:37`],
  },
  {
    name: 'DENY by paths, for the namespace',
    text: mesh + policy('{ action: DENY, rules: [{ to: [{ operation: { notPaths: [/public] } }] }] }'),
    hits: [`error ${at}.rules[0].to[0].operation.notPaths:37`],
  },
  {
    name: 'a condition about tokens',
    text: mesh + policy(`{ ${SELECTOR}, rules: [{ when: [{ key: "request.auth.claims[a]", values: [b] }] }] }`),
    hits: [`error ${at}.rules[0].when[0]:37`],
  },
  {
    name: 'the address behind a proxy',
    text: mesh + policy('{ rules: [{ from: [{ source: { remoteIpBlocks: [10.0.0.0/8] } }] }] }'),
    hits: [`error ${at}.rules[0].from[0].source.remoteIpBlocks:37`],
  },
  {
    name: 'CUSTOM',
    text: mesh + policy(`{ ${SELECTOR}, action: CUSTOM, provider: { name: a }, rules: [{}] }`),
    hits: [`error ${at}.action:37`],
  },
  {
    name: 'AUDIT',
    text: mesh + policy(`{ ${SELECTOR}, action: AUDIT, rules: [{}] }`),
    hits: [`warning ${at}.action:37`],
  },
  {
    name: 'tokens',
    text:
      mesh +
      object(
        'security.istio.io/v1',
        'RequestAuthentication',
        'shop/orders',
        `{ ${SELECTOR}, jwtRules: [{ issuer: a }] }`,
      ),
    hits: ['error RequestAuthentication shop/orders spec:37'],
  },
  {
    name: 'a label of the pods themselves',
    text:
      namespace('team: a') +
      workload({ labels: 'app: orders, istio.io/dataplane-mode: ambient' }) +
      policy(`{ ${SELECTOR}, rules: [{ ${TO} }] }`),
    hits: [`error ${at}.rules[0].to[0].operation.methods:28`],
  },
  {
    name: 'what ztunnel sees',
    text:
      mesh +
      policy(
        `{ ${SELECTOR}, rules: [{ ${SOURCE}, to: [{ operation: { ports: ["8080"] } }], when: [{ key: source.namespace, values: [shop] }] }] }`,
      ),
    hits: [],
  },
  { name: 'at the waypoint', text: mesh + policy(`{ ${TARGET}, rules: [{ ${TO} }] }`), hits: [] },
  {
    name: 'pods with sidecars',
    text: namespace() + workload() + policy(`{ ${SELECTOR}, rules: [{ ${TO} }] }`),
    hits: [],
  },
  {
    name: 'pods that keep out',
    text:
      ambientShop() +
      workload({ labels: 'app: orders, istio.io/dataplane-mode: none' }) +
      policy(`{ ${SELECTOR}, rules: [{ ${TO} }] }`),
    hits: [],
  },
  { name: 'for the whole mesh', text: mesh + policy(`{ rules: [{ ${TO} }] }`, 'istio-system/all'), hits: [] },
])('$name', ({ text, hits }) => {
  expect(ruleHits(httpRuleAtZtunnel, text)).toEqual(hits);
});
