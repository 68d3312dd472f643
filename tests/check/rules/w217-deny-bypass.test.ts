import { expect, test } from 'vitest';
import { denyBypass } from '../../../charts-src/check/rules/w217-deny-bypass.ts';
import { found } from '../found.ts';
import { authorizationPolicy, mesh } from '../security-mesh.ts';

test.each([
  {
    name: 'an exact path',
    documents: [
      authorizationPolicy('action: DENY\n  rules: [{ to: [{ operation: { paths: [/admin] } }] }]', 'callers'),
    ],
    hits: [
      'warning AuthorizationPolicy shop/callers spec.rules[0].to[0].operation.paths[0] | rules: [{ to: [{ operation: { paths: [/admin] } }] }]',
    ],
  },
  {
    name: 'what is below a path',
    documents: [
      authorizationPolicy('action: DENY\n  rules: [{ to: [{ operation: { paths: ["/admin/*"] } }] }]', 'callers'),
    ],
    hits: [
      'warning AuthorizationPolicy shop/callers spec.rules[0].to[0].operation.paths[0] | rules: [{ to: [{ operation: { paths: ["/admin/*"] } }] }]',
    ],
  },
  {
    name: 'a path with a slash at its end',
    documents: [
      authorizationPolicy('action: DENY\n  rules: [{ to: [{ operation: { paths: [/admin/] } }] }]', 'callers'),
    ],
    hits: [
      'warning AuthorizationPolicy shop/callers spec.rules[0].to[0].operation.paths[0] | rules: [{ to: [{ operation: { paths: [/admin/] } }] }]',
    ],
  },
  {
    name: 'a host',
    documents: [
      authorizationPolicy(
        'action: DENY\n  rules: [{ to: [{ operation: { hosts: [admin.example.com] } }] }]',
        'callers',
      ),
    ],
    hits: [
      'warning AuthorizationPolicy shop/callers spec.rules[0].to[0].operation.hosts[0] | rules: [{ to: [{ operation: { hosts: [admin.example.com] } }] }]',
    ],
  },
  {
    name: 'both',
    documents: [
      authorizationPolicy(
        'action: DENY\n  rules: [{ to: [{ operation: { paths: [/admin, "/admin/*"] } }] }]',
        'callers',
      ),
    ],
    hits: [],
  },
  {
    name: 'in two rules',
    documents: [
      authorizationPolicy(
        'action: DENY\n  rules: [{ to: [{ operation: { paths: [/admin] } }] }, { to: [{ operation: { paths: ["/admin/*"] } }] }]',
        'callers',
      ),
    ],
    hits: [],
  },
  {
    name: 'a prefix',
    documents: [
      authorizationPolicy('action: DENY\n  rules: [{ to: [{ operation: { paths: ["/admin*"] } }] }]', 'callers'),
    ],
    hits: [],
  },
  {
    name: 'a template',
    documents: [
      authorizationPolicy('action: DENY\n  rules: [{ to: [{ operation: { paths: ["/admin/{**}"] } }] }]', 'callers'),
    ],
    hits: [],
  },
  {
    name: 'a file',
    documents: [
      authorizationPolicy('action: DENY\n  rules: [{ to: [{ operation: { paths: [/server.key] } }] }]', 'callers'),
    ],
    hits: [],
  },
  {
    name: 'everything',
    documents: [authorizationPolicy('action: DENY\n  rules: [{ to: [{ operation: { paths: ["*"] } }] }]', 'callers')],
    hits: [],
  },
  {
    name: 'a host with any port',
    documents: [
      authorizationPolicy(
        'action: DENY\n  rules: [{ to: [{ operation: { hosts: [admin.example.com, "admin.example.com:*"] } }] }]',
        'callers',
      ),
    ],
    hits: [],
  },
  {
    name: 'ALLOW',
    documents: [authorizationPolicy('rules: [{ to: [{ operation: { paths: [/admin] } }] }]', 'callers')],
    hits: [],
  },
])('$name', ({ documents, hits }) => {
  expect(found(denyBypass, [mesh(...documents)])).toEqual(hits);
});
