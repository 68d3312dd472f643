import { expect, test } from 'vitest';
import { routeWithoutBackend } from '../../../charts-src/check/rules/w165-route-without-backend.ts';
import { httpRoute } from '../gateway-api-mesh.ts';
import { ruleHits } from '../rule-hits.ts';

const at = 'error HTTPRoute shop/orders spec.rules[0]';

test.each([
  {
    name: 'weights of nothing',
    rules: '{ backendRefs: [{ name: a, port: 80, weight: 0 }, { name: b, port: 80, weight: 0 }] }',
    hits: [`${at}.backendRefs:8`],
  },
  { name: 'no backend', rules: '{ timeouts: { request: 3s } }', hits: [`${at}:8`] },
  { name: 'only headers are changed', rules: '{ filters: [{ type: RequestHeaderModifier }] }', hits: [`${at}:8`] },
  {
    name: 'one has no weight, which is 1',
    rules: '{ backendRefs: [{ name: a, port: 80, weight: 0 }, { name: b, port: 80 }] }',
    hits: [],
  },
  {
    name: 'a redirect',
    rules: '{ filters: [{ type: RequestRedirect, requestRedirect: { scheme: https } }] }',
    hits: [],
  },
  {
    name: 'what an extension answers',
    rules: '{ filters: [{ type: ExtensionRef, extensionRef: { group: example.com, kind: Answer, name: a } }] }',
    hits: [],
  },
])('$name', ({ rules, hits }) => {
  expect(ruleHits(routeWithoutBackend, httpRoute({ rules }))).toEqual(hits);
});

test('routes of bytes', () => {
  expect(ruleHits(routeWithoutBackend, httpRoute({ kind: 'TCPRoute', rules: '{}' }))).toEqual([]);
});
