import { expect, test } from 'vitest';
import { routeRefused } from '../../../charts-src/check/rules/w483-route-refused.ts';
import { httpRoute } from '../gateway-api-mesh.ts';
import { ruleHits } from '../rule-hits.ts';

const TO = 'backendRefs: [{ name: orders, port: 80 }]';
const REDIRECT = '{ type: RequestRedirect, requestRedirect: { scheme: https } }';
const REWRITE = '{ type: URLRewrite, urlRewrite: { path: { type: ReplacePrefixMatch, replacePrefixMatch: / } } }';
const prefix = (value: string): string => `{ path: { type: PathPrefix, value: ${value} } }`;

test.each([
  { name: 'a redirect with a backend', rules: `{ filters: [${REDIRECT}], ${TO} }`, at: 'filters[0]' },
  { name: 'a redirect and a rewrite', rules: `{ filters: [${REWRITE}, ${REDIRECT}] }`, at: 'filters[1]' },
  {
    name: 'a prefix for two',
    rules: `{ matches: [${prefix('/a')}, ${prefix('/b')}], filters: [${REWRITE}], ${TO} }`,
    at: 'filters[0].urlRewrite.path',
  },
  {
    name: 'a prefix for an exact path',
    rules: `{ matches: [{ path: { type: Exact, value: /a } }], filters: [${REWRITE}], ${TO} }`,
    at: 'filters[0].urlRewrite.path',
  },
  {
    name: 'a prefix of a redirect',
    rules: `{ matches: [{ path: { type: Exact, value: /a } }], filters: [{ type: RequestRedirect, requestRedirect: { path: { type: ReplacePrefixMatch, replacePrefixMatch: / } } }] }`,
    at: 'filters[0].requestRedirect.path',
  },
  { name: 'a path without a slash', rules: `{ matches: [${prefix('api')}], ${TO} }`, at: 'matches[0].path.value' },
  {
    name: 'one try longer than all',
    rules: `{ timeouts: { request: 1s, backendRequest: 2s }, ${TO} }`,
    at: 'timeouts.backendRequest',
  },
  { name: 'no limit for all', rules: `{ timeouts: { request: 0s, backendRequest: 2s }, ${TO} }`, at: undefined },
  {
    name: 'a prefix',
    rules: `{ matches: [${prefix('/a')}], filters: [${REWRITE}], ${TO} }, { filters: [${REWRITE}], ${TO} }`,
    at: undefined,
  },
  {
    name: 'a pattern',
    rules: `{ matches: [{ path: { type: RegularExpression, value: "^/a.*" } }], ${TO} }`,
    at: undefined,
  },
  { name: 'a redirect', rules: `{ filters: [${REDIRECT}] }`, at: undefined },
])('$name', ({ rules, at }) => {
  expect(ruleHits(routeRefused, httpRoute({ rules }))).toEqual(
    at === undefined ? [] : [`error HTTPRoute shop/orders spec.rules[0].${at}:8`],
  );
});
