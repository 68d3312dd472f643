import { expect, test } from 'vitest';
import { routeMatch } from '../../../charts-src/check/rules/w423-route-match.ts';
import { judged } from '../validation/judged.ts';

const match = (request: object, more: object = {}) => ({
  hosts: ['orders.example.com'],
  http: [{ match: [request], route: [{ destination: { host: 'orders' } }] }],
  ...more,
});

test.each<{ readonly name: string; readonly spec: object; readonly at: readonly string[] }>([
  { name: 'look-ahead', spec: match({ uri: { regex: '^/(?!admin)' } }), at: ['spec.http[0].match[0].uri.regex'] },
  {
    name: 'an empty expression',
    spec: match({ headers: { 'x-user': { regex: '' } } }),
    at: ['spec.http[0].match[0].headers.x-user.regex'],
  },
  {
    name: 'an expression that is too long',
    spec: match({ uri: { regex: 'a'.repeat(1025) } }),
    at: ['spec.http[0].match[0].uri.regex'],
  },
  { name: 'the longest expression', spec: match({ uri: { regex: 'a'.repeat(1024) } }), at: [] },
  {
    name: 'an empty prefix of a header',
    spec: match({ headers: { 'x-user': { prefix: '' } } }),
    at: ['spec.http[0].match[0].headers.x-user.prefix'],
  },
  { name: 'an empty prefix of the path', spec: match({ uri: { prefix: '' } }), at: [] },
  {
    name: 'an empty prefix of the method',
    spec: match({ method: { prefix: '' } }),
    at: ['spec.http[0].match[0].method.prefix'],
  },
  { name: 'a header that is there', spec: match({ headers: { 'x-user': {} } }), at: [] },
  { name: 'a header that is not there', spec: match({ withoutHeaders: { 'x-user': { regex: '*' } } }), at: [] },
  {
    name: 'a star as an expression',
    spec: match({ headers: { 'x-user': { regex: '*' } } }),
    at: ['spec.http[0].match[0].headers.x-user.regex'],
  },
  {
    name: 'no name of a header',
    spec: match({ headers: { 'x user': { exact: 'a' } } }),
    at: ['spec.http[0].match[0].headers["x user"]'],
  },
  { name: 'a pseudo-header', spec: match({ headers: { ':method': { exact: 'GET' } } }), at: [] },
  {
    name: 'a claim in the mesh',
    spec: match({ headers: { '@request.auth.claims.sub': { exact: 'a' } } }),
    at: ['spec.http[0].match[0].headers["@request.auth.claims.sub"]'],
  },
  {
    name: 'a claim at a gateway',
    spec: match({ headers: { '@request.auth.claims.sub': { exact: 'a' } } }, { gateways: ['shop'] }),
    at: [],
  },
  { name: 'a port that is none', spec: match({ port: 70000 }), at: ['spec.http[0].match[0].port'] },
  {
    name: 'a label that is none',
    spec: match({ sourceLabels: { app: 'a b' } }),
    at: ['spec.http[0].match[0].sourceLabels.app'],
  },
  {
    name: 'a namespace that is none',
    spec: match({ sourceNamespace: 'a_b' }),
    at: ['spec.http[0].match[0].sourceNamespace'],
  },
  { name: 'a gateway that is none', spec: match({ gateways: ['a_b'] }), at: ['spec.http[0].match[0].gateways[0]'] },
  {
    name: 'an expression of a query parameter',
    spec: match({ queryParams: { q: { regex: '[' } } }),
    at: ['spec.http[0].match[0].queryParams.q.regex'],
  },
])('$name', ({ spec, at }) => {
  expect(judged(routeMatch, 'VirtualService', spec)).toEqual(at);
});
