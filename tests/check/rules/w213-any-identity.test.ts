import { expect, test } from 'vitest';
import { anyIdentity } from '../../../charts-src/check/rules/w213-any-identity.ts';
import { found } from '../found.ts';
import { authorizationPolicy, mesh } from '../security-mesh.ts';

test.each([
  {
    name: 'principals *',
    documents: [authorizationPolicy('rules: [{ from: [{ source: { principals: ["*"] } }] }]', 'callers')],
    hits: [
      'warning AuthorizationPolicy shop/callers spec.rules[0].from[0].source.principals[0] | rules: [{ from: [{ source: { principals: ["*"] } }] }]',
    ],
  },
  {
    name: 'namespaces *',
    documents: [authorizationPolicy('rules: [{ from: [{ source: { namespaces: ["*"] } }] }]', 'callers')],
    hits: [
      'warning AuthorizationPolicy shop/callers spec.rules[0].from[0].source.namespaces[0] | rules: [{ from: [{ source: { namespaces: ["*"] } }] }]',
    ],
  },
  {
    name: 'every account of the mesh',
    documents: [authorizationPolicy('rules: [{ from: [{ source: { principals: ["cluster.local/*"] } }] }]', 'callers')],
    hits: [
      'warning AuthorizationPolicy shop/callers spec.rules[0].from[0].source.principals[0] | rules: [{ from: [{ source: { principals: ["cluster.local/*"] } }] }]',
    ],
  },
  {
    name: 'beside a good one',
    documents: [
      authorizationPolicy(
        'rules: [{ from: [{ source: { principals: [cluster.local/ns/shop/sa/web, "*"] } }] }]',
        'callers',
      ),
    ],
    hits: [
      'warning AuthorizationPolicy shop/callers spec.rules[0].from[0].source.principals[1] | rules: [{ from: [{ source: { principals: [cluster.local/ns/shop/sa/web, "*"] } }] }]',
    ],
  },
  {
    name: 'in when',
    documents: [authorizationPolicy('rules: [{ when: [{ key: source.principal, values: ["*"] }] }]', 'callers')],
    hits: [
      'warning AuthorizationPolicy shop/callers spec.rules[0].when[0].values[0] | rules: [{ when: [{ key: source.principal, values: ["*"] }] }]',
    ],
  },
  {
    name: 'one account',
    documents: [
      authorizationPolicy('rules: [{ from: [{ source: { principals: [cluster.local/ns/shop/sa/web] } }] }]', 'callers'),
    ],
    hits: [],
  },
  {
    name: 'the accounts of a namespace',
    documents: [
      authorizationPolicy('rules: [{ from: [{ source: { principals: ["cluster.local/ns/shop/*"] } }] }]', 'callers'),
    ],
    hits: [],
  },
  {
    name: 'narrowed by a token',
    documents: [
      authorizationPolicy(
        'rules: [{ from: [{ source: { principals: ["*"], requestPrincipals: ["shop/*"] } }] }]',
        'callers',
      ),
    ],
    hits: [],
  },
  {
    name: 'narrowed by namespaces',
    documents: [
      authorizationPolicy('rules: [{ from: [{ source: { principals: ["*"], namespaces: [shop] } }] }]', 'callers'),
    ],
    hits: [],
  },
  {
    name: 'any token',
    documents: [authorizationPolicy('rules: [{ from: [{ source: { requestPrincipals: ["*"] } }] }]', 'callers')],
    hits: [],
  },
  {
    name: 'DENY',
    documents: [
      authorizationPolicy('action: DENY\n  rules: [{ from: [{ source: { principals: ["*"] } }] }]', 'callers'),
    ],
    hits: [],
  },
])('$name', ({ documents, hits }) => {
  expect(found(anyIdentity, [mesh(...documents)])).toEqual(hits);
});
