import { expect, test } from 'vitest';
import { unmatchableValue } from '../../../charts-src/check/rules/w218-unmatchable-value.ts';
import { found } from '../found.ts';
import { authorizationPolicy, mesh } from '../security-mesh.ts';

test.each([
  {
    name: 'a query',
    documents: [authorizationPolicy('rules: [{ to: [{ operation: { paths: ["/items?all=1"] } }] }]', 'callers')],
    hits: [
      'error AuthorizationPolicy shop/callers spec.rules[0].to[0].operation.paths[0] | rules: [{ to: [{ operation: { paths: ["/items?all=1"] } }] }]',
    ],
  },
  {
    name: 'no slash',
    documents: [authorizationPolicy('rules: [{ to: [{ operation: { paths: [items] } }] }]', 'callers')],
    hits: [
      'error AuthorizationPolicy shop/callers spec.rules[0].to[0].operation.paths[0] | rules: [{ to: [{ operation: { paths: [items] } }] }]',
    ],
  },
  {
    name: 'a star inside',
    documents: [authorizationPolicy('rules: [{ to: [{ operation: { paths: ["/items/*/price"] } }] }]', 'callers')],
    hits: [
      'error AuthorizationPolicy shop/callers spec.rules[0].to[0].operation.paths[0] | rules: [{ to: [{ operation: { paths: ["/items/*/price"] } }] }]',
    ],
  },
  {
    name: 'stars at both ends',
    documents: [authorizationPolicy('rules: [{ to: [{ operation: { paths: ["*/price/*"] } }] }]', 'callers')],
    hits: [
      'error AuthorizationPolicy shop/callers spec.rules[0].to[0].operation.paths[0] | rules: [{ to: [{ operation: { paths: ["*/price/*"] } }] }]',
    ],
  },
  {
    name: 'a whole URL',
    documents: [authorizationPolicy('rules: [{ to: [{ operation: { paths: ["http://orders/items"] } }] }]', 'callers')],
    hits: [
      'error AuthorizationPolicy shop/callers spec.rules[0].to[0].operation.paths[0] | rules: [{ to: [{ operation: { paths: ["http://orders/items"] } }] }]',
    ],
  },
  {
    name: 'a method in small letters',
    documents: [authorizationPolicy('rules: [{ to: [{ operation: { methods: [get] } }] }]', 'callers')],
    hits: [
      'error AuthorizationPolicy shop/callers spec.rules[0].to[0].operation.methods[0] | rules: [{ to: [{ operation: { methods: [get] } }] }]',
    ],
  },
  {
    name: 'a method that is none',
    documents: [authorizationPolicy('rules: [{ to: [{ operation: { methods: [POTS] } }] }]', 'callers')],
    hits: [
      'error AuthorizationPolicy shop/callers spec.rules[0].to[0].operation.methods[0] | rules: [{ to: [{ operation: { methods: [POTS] } }] }]',
    ],
  },
  {
    name: 'a host with a scheme',
    documents: [
      authorizationPolicy('rules: [{ to: [{ operation: { hosts: ["https://www.example.com"] } }] }]', 'callers'),
    ],
    hits: [
      'error AuthorizationPolicy shop/callers spec.rules[0].to[0].operation.hosts[0] | rules: [{ to: [{ operation: { hosts: ["https://www.example.com"] } }] }]',
    ],
  },
  {
    name: 'spiffe://',
    documents: [
      authorizationPolicy(
        'rules: [{ from: [{ source: { principals: ["spiffe://cluster.local/ns/shop/sa/web"] } }] }]',
        'callers',
      ),
    ],
    hits: [
      'error AuthorizationPolicy shop/callers spec.rules[0].from[0].source.principals[0] | rules: [{ from: [{ source: { principals: ["spiffe://cluster.local/ns/shop/sa/web"] } }] }]',
    ],
  },
  {
    name: 'a principal without its parts',
    documents: [authorizationPolicy('rules: [{ from: [{ source: { principals: [shop/web] } }] }]', 'callers')],
    hits: [
      'error AuthorizationPolicy shop/callers spec.rules[0].from[0].source.principals[0] | rules: [{ from: [{ source: { principals: [shop/web] } }] }]',
    ],
  },
  {
    name: 'a star inside a principal',
    documents: [
      authorizationPolicy('rules: [{ from: [{ source: { principals: ["cluster.local/ns/*/sa/web"] } }] }]', 'callers'),
    ],
    hits: [
      'error AuthorizationPolicy shop/callers spec.rules[0].from[0].source.principals[0] | rules: [{ from: [{ source: { principals: ["cluster.local/ns/*/sa/web"] } }] }]',
    ],
  },
  {
    name: 'in when',
    documents: [
      authorizationPolicy(
        'rules: [{ when: [{ key: source.principal, values: ["spiffe://cluster.local/ns/shop/sa/web"] }] }]',
        'callers',
      ),
    ],
    hits: [
      'error AuthorizationPolicy shop/callers spec.rules[0].when[0].values[0] | rules: [{ when: [{ key: source.principal, values: ["spiffe://cluster.local/ns/shop/sa/web"] }] }]',
    ],
  },
  {
    name: 'what is to be kept out',
    documents: [
      authorizationPolicy('action: DENY\n  rules: [{ from: [{ source: { notPrincipals: [web] } }] }]', 'callers'),
    ],
    hits: [
      'error AuthorizationPolicy shop/callers spec.rules[0].from[0].source.notPrincipals[0] | rules: [{ from: [{ source: { notPrincipals: [web] } }] }]',
    ],
  },
  {
    name: 'two stars at the end',
    documents: [authorizationPolicy('rules: [{ to: [{ operation: { paths: ["/items/**"] } }] }]', 'callers')],
    hits: [
      'error AuthorizationPolicy shop/callers spec.rules[0].to[0].operation.paths[0] | rules: [{ to: [{ operation: { paths: ["/items/**"] } }] }]',
    ],
  },
  {
    name: 'two stars beside one',
    documents: [
      authorizationPolicy('rules: [{ to: [{ operation: { paths: ["/items/*", "/items/**"] } }] }]', 'callers'),
    ],
    hits: [],
  },
  {
    name: 'paths',
    documents: [
      authorizationPolicy(
        'rules: [{ to: [{ operation: { paths: [/items, "/items/*", "*/price", "*", "/items/{*}/price"] } }] }]',
        'callers',
      ),
    ],
    hits: [],
  },
  {
    name: 'methods',
    documents: [
      authorizationPolicy('rules: [{ to: [{ operation: { methods: [GET, PATCH, PROPFIND, "*"] } }] }]', 'callers'),
    ],
    hits: [],
  },
  {
    name: 'hosts',
    documents: [
      authorizationPolicy(
        'rules: [{ to: [{ operation: { hosts: [orders, "*.example.com", "www.example.com:*", "www.example.com:8443"] } }] }]',
        'callers',
      ),
    ],
    hits: [],
  },
  {
    name: 'principals',
    documents: [
      authorizationPolicy(
        'rules: [{ from: [{ source: { principals: [cluster.local/ns/shop/sa/web, "*/sa/web", "cluster.local/ns/shop/*", "*"] } }] }]',
        'callers',
      ),
    ],
    hits: [],
  },
  {
    name: 'namespaces may have stars',
    documents: [authorizationPolicy('rules: [{ from: [{ source: { namespaces: ["shop-*-test"] } }] }]', 'callers')],
    hits: [],
  },
])('$name', ({ documents, hits }) => {
  expect(found(unmatchableValue, [mesh(...documents)])).toEqual(hits);
});
