import { expect, test } from 'vitest';
import { negativeMatchInAllow } from '../../../charts-src/check/rules/w216-negative-match-in-allow.ts';
import { found } from '../found.ts';
import { authorizationPolicy, mesh } from '../security-mesh.ts';

test.each([
  {
    name: 'notPaths',
    documents: [authorizationPolicy('rules: [{ to: [{ operation: { notPaths: [/admin] } }] }]', 'callers')],
    hits: [
      'warning AuthorizationPolicy shop/callers spec.rules[0].to[0].operation.notPaths | rules: [{ to: [{ operation: { notPaths: [/admin] } }] }]',
    ],
  },
  {
    name: 'notPaths beside paths',
    documents: [
      authorizationPolicy('rules: [{ to: [{ operation: { paths: ["/api/*"], notPaths: [/api/admin] } }] }]', 'callers'),
    ],
    hits: [
      'warning AuthorizationPolicy shop/callers spec.rules[0].to[0].operation.notPaths | rules: [{ to: [{ operation: { paths: ["/api/*"], notPaths: [/api/admin] } }] }]',
    ],
  },
  {
    name: 'notPrincipals',
    documents: [
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
    name: 'notMethods',
    documents: [
      authorizationPolicy(
        'rules: [{ from: [{ source: { principals: [cluster.local/ns/shop/sa/web] } }], to: [{ operation: { notMethods: [DELETE] } }] }]',
        'callers',
      ),
    ],
    hits: [
      'warning AuthorizationPolicy shop/callers spec.rules[0].to[0].operation.notMethods | rules: [{ from: [{ source: { principals: [cluster.local/ns/shop/sa/web] } }], to: [{ operation: { notMethods: [DELETE] } }] }]',
    ],
  },
  {
    name: 'notValues',
    documents: [
      authorizationPolicy('rules: [{ when: [{ key: "request.headers[x-group]", notValues: [guests] }] }]', 'callers'),
    ],
    hits: [
      'warning AuthorizationPolicy shop/callers spec.rules[0].when[0].notValues | rules: [{ when: [{ key: "request.headers[x-group]", notValues: [guests] }] }]',
    ],
  },
  {
    name: 'that there is no header',
    documents: [
      authorizationPolicy('rules: [{ when: [{ key: "request.headers[x-group]", notValues: ["*"] }] }]', 'callers'),
    ],
    hits: [],
  },
  {
    name: 'an exception from addresses',
    documents: [
      authorizationPolicy(
        'rules: [{ from: [{ source: { ipBlocks: [10.0.0.0/8], notIpBlocks: [10.1.0.0/16] } }] }]',
        'callers',
      ),
    ],
    hits: [],
  },
  {
    name: 'positive',
    documents: [
      authorizationPolicy(
        'rules: [{ from: [{ source: { principals: [cluster.local/ns/shop/sa/web] } }], to: [{ operation: { methods: [GET], paths: [/items] } }] }]',
        'callers',
      ),
    ],
    hits: [],
  },
  {
    name: 'DENY',
    documents: [
      authorizationPolicy('action: DENY\n  rules: [{ to: [{ operation: { notPaths: [/public] } }] }]', 'callers'),
    ],
    hits: [],
  },
])('$name', ({ documents, hits }) => {
  expect(found(negativeMatchInAllow, [mesh(...documents)])).toEqual(hits);
});
