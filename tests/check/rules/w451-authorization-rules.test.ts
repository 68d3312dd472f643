import { expect, test } from 'vitest';
import { authorizationRules } from '../../../charts-src/check/rules/w451-authorization-rules.ts';
import { judged } from '../validation/judged.ts';

const from = (source: object) => ({ rules: [{ from: [{ source }] }] });
const to = (operation: object) => ({ rules: [{ to: [{ operation }] }] });
const [source, operation] = ['spec.rules[0].from[0].source', 'spec.rules[0].to[0].operation'];

test.each<{ readonly name: string; readonly spec: object; readonly at: readonly string[] }>([
  { name: 'no source', spec: { rules: [{ from: [{}] }] }, at: ['spec.rules[0].from[0]'] },
  { name: 'an empty source', spec: from({}), at: [source] },
  { name: 'a source of empty lists', spec: from({ namespaces: [] }), at: [source] },
  { name: 'no operation', spec: { rules: [{ to: [{}] }] }, at: ['spec.rules[0].to[0]'] },
  { name: 'an empty operation', spec: to({}), at: [operation] },
  { name: 'an empty value', spec: from({ principals: ['a', ''] }), at: [`${source}.principals[1]`] },
  {
    name: 'an address that is none',
    spec: from({ ipBlocks: ['10.0.0.256', '10.0.0.0/8'] }),
    at: [`${source}.ipBlocks[0]`],
  },
  {
    name: 'a subnet that is none',
    spec: from({ notRemoteIpBlocks: ['10.0.0.0/8/8'] }),
    at: [`${source}.notRemoteIpBlocks[0]`],
  },
  {
    name: 'accounts',
    spec: from({ serviceAccounts: ['a', 'shop/a', '*', 'a/b/c', '/a'] }),
    at: [`${source}.serviceAccounts[2]`, `${source}.serviceAccounts[3]`, `${source}.serviceAccounts[4]`],
  },
  {
    name: 'trust domains',
    spec: from({ trustDomains: ['cluster.local', '*.local', 'a*b', 'a/ns'] }),
    at: [`${source}.trustDomains[2]`, `${source}.trustDomains[3]`],
  },
  {
    name: 'ports',
    spec: to({ ports: ['80', '65536', 'http'] }),
    at: [`${operation}.ports[1]`, `${operation}.ports[2]`],
  },
  {
    name: 'paths',
    spec: to({ paths: ['/a*', '/{*}/b', '/{**}/b', '/{**}/{*}', '/{a}', '/{*}/b*'] }),
    at: [`${operation}.paths[3]`, `${operation}.paths[4]`, `${operation}.paths[5]`],
  },
  { name: 'the path of everything', spec: to({ paths: ['*'] }), at: [] },
  { name: 'an empty path', spec: to({ notPaths: [''] }), at: [`${operation}.notPaths[0]`] },
  { name: 'an empty rule', spec: { rules: [{}] }, at: [] },
  {
    name: 'an ordinary rule',
    spec: {
      rules: [{ from: [{ source: { principals: ['*'] } }], to: [{ operation: { methods: ['GET'], hosts: ['a'] } }] }],
    },
    at: [],
  },
])('$name', ({ spec, at }) => {
  expect(judged(authorizationRules, 'AuthorizationPolicy', spec)).toEqual(at);
});
