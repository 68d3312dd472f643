import { expect, test } from 'vitest';
import { allowAllRule } from '../../../charts-src/check/rules/w212-allow-all-rule.ts';
import { found } from '../found.ts';
import { INGRESS, authorizationPolicy, mesh } from '../security-mesh.ts';

test.each([
  {
    name: '{}',
    documents: [authorizationPolicy('rules: [{}]', 'callers')],
    hits: ['warning AuthorizationPolicy shop/callers spec.rules[0] | rules: [{}]'],
  },
  {
    name: 'beside another rule',
    documents: [
      authorizationPolicy(
        'rules: [{ from: [{ source: { principals: [cluster.local/ns/shop/sa/web] } }] }, {}]',
        'callers',
      ),
    ],
    hits: [
      'warning AuthorizationPolicy shop/callers spec.rules[1] | rules: [{ from: [{ source: { principals: [cluster.local/ns/shop/sa/web] } }] }, {}]',
    ],
  },
  {
    name: 'any path',
    documents: [authorizationPolicy('rules: [{ to: [{ operation: { paths: ["*"] } }] }]', 'callers')],
    hits: [
      'warning AuthorizationPolicy shop/callers spec.rules[0] | rules: [{ to: [{ operation: { paths: ["*"] } }] }]',
    ],
  },
  {
    name: 'any address',
    documents: [authorizationPolicy('rules: [{ from: [{ source: { ipBlocks: [0.0.0.0/0] } }] }]', 'callers')],
    hits: [
      'warning AuthorizationPolicy shop/callers spec.rules[0] | rules: [{ from: [{ source: { ipBlocks: [0.0.0.0/0] } }] }]',
    ],
  },
  {
    name: 'no rules at all deny everything',
    documents: [authorizationPolicy()],
    hits: [],
  },
  {
    name: 'any path for somebody',
    documents: [
      authorizationPolicy(
        'rules: [{ from: [{ source: { principals: [cluster.local/ns/shop/sa/web] } }], to: [{ operation: { paths: ["*"] } }] }]',
        'callers',
      ),
    ],
    hits: [],
  },
  {
    name: 'only some paths',
    documents: [authorizationPolicy('rules: [{ to: [{ operation: { paths: ["*"], methods: [GET] } }] }]', 'callers')],
    hits: [],
  },
  {
    name: 'under a condition',
    documents: [
      authorizationPolicy('rules: [{ when: [{ key: "request.headers[x-token]", values: [a] }] }]', 'callers'),
    ],
    hits: [],
  },
  {
    name: 'DENY',
    documents: [authorizationPolicy('action: DENY\n  rules: [{}]', 'callers')],
    hits: [],
  },
  {
    name: 'the door of the mesh',
    documents: [
      INGRESS,
      authorizationPolicy(
        'selector: { matchLabels: { istio: ingressgateway } }\n  rules: [{}]',
        'public',
        'istio-system',
      ),
    ],
    hits: [],
  },
])('$name', ({ documents, hits }) => {
  expect(found(allowAllRule, [mesh(...documents)])).toEqual(hits);
});
