import { expect, test } from 'vitest';
import { splitRule } from '../../../charts-src/check/rules/w215-split-rule.ts';
import { found } from '../found.ts';
import { authorizationPolicy, mesh } from '../security-mesh.ts';

test.each([
  {
    name: 'from, then to',
    documents: [
      authorizationPolicy(
        'rules:\n    - { from: [{ source: { principals: [cluster.local/ns/shop/sa/web] } }] }\n    - { to: [{ operation: { methods: [GET], paths: [/items] } }] }',
        'callers',
      ),
    ],
    hits: [
      'warning AuthorizationPolicy shop/callers spec.rules[1] | - { to: [{ operation: { methods: [GET], paths: [/items] } }] }',
    ],
  },
  {
    name: 'to, then from',
    documents: [
      authorizationPolicy(
        'rules:\n    - { to: [{ operation: { methods: [GET], paths: [/items] } }] }\n    - { from: [{ source: { principals: [cluster.local/ns/shop/sa/web] } }] }',
        'callers',
      ),
    ],
    hits: [
      'warning AuthorizationPolicy shop/callers spec.rules[0] | - { to: [{ operation: { methods: [GET], paths: [/items] } }] }',
    ],
  },
  {
    name: 'one rule',
    documents: [
      authorizationPolicy(
        'rules:\n    - { from: [{ source: { principals: [cluster.local/ns/shop/sa/web] } }], to: [{ operation: { methods: [GET], paths: [/items] } }] }',
        'callers',
      ),
    ],
    hits: [],
  },
  {
    name: 'two whole rules',
    documents: [
      authorizationPolicy(
        'rules:\n    - { from: [{ source: { principals: [cluster.local/ns/shop/sa/web] } }], to: [{ operation: { methods: [GET], paths: [/items] } }] }\n    - { from: [{ source: { principals: [cluster.local/ns/shop/sa/web] } }], to: [{ operation: { methods: [PUT] } }] }',
        'callers',
      ),
    ],
    hits: [],
  },
  {
    name: 'what everybody may ask',
    documents: [
      authorizationPolicy(
        'rules:\n    - { from: [{ source: { principals: [cluster.local/ns/shop/sa/web] } }] }\n    - { to: [{ operation: { paths: [/healthz, /metrics] } }] }',
        'callers',
      ),
    ],
    hits: [],
  },
  {
    name: 'DENY',
    documents: [
      authorizationPolicy(
        'action: DENY\n  rules:\n    - { from: [{ source: { principals: [cluster.local/ns/shop/sa/web] } }] }\n    - { to: [{ operation: { methods: [GET], paths: [/items] } }] }',
        'callers',
      ),
    ],
    hits: [],
  },
])('$name', ({ documents, hits }) => {
  expect(found(splitRule, [mesh(...documents)])).toEqual(hits);
});
