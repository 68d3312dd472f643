import { expect, test } from 'vitest';
import { routeShadowed } from '../../../charts-src/check/rules/w169-route-shadowed.ts';
import { httpRoute, OF_SERVICE } from '../gateway-api-mesh.ts';
import { ruleHits } from '../rule-hits.ts';

const TO = 'backendRefs: [{ name: orders, port: 80 }]';
const prefix = (value: string, more = ''): string =>
  `{ matches: [{ path: { type: PathPrefix, value: ${value} }${more} }], ${TO} }`;
const other = (parts: Parameters<typeof httpRoute>[0]): string => httpRoute({ name: 'shop/users', ...parts });

test.each([
  {
    name: 'two routes',
    mesh: httpRoute({ rules: prefix('/a') }) + other({ rules: prefix('/a') }),
    hits: ['warning HTTPRoute shop/users spec.rules[0].matches[0]:16'],
  },
  {
    name: 'one says nothing, which is every path',
    mesh: httpRoute() + other({ rules: prefix('/') }),
    hits: ['warning HTTPRoute shop/users spec.rules[0].matches[0]:16'],
  },
  {
    name: 'two rules of one route',
    mesh: httpRoute({ rules: `${prefix('/a')}, ${prefix('/a')}`, hostnames: 'a.example.com, b.example.com' }),
    hits: ['warning HTTPRoute shop/orders spec.rules[1].matches[0]:8'],
  },
  { name: 'another path', mesh: httpRoute({ rules: prefix('/a') }) + other({ rules: prefix('/b') }), hits: [] },
  {
    name: 'told apart by a header',
    mesh:
      httpRoute({ rules: prefix('/a') }) + other({ rules: prefix('/a', ', headers: [{ name: canary, value: "1" }]') }),
    hits: [],
  },
  {
    name: 'other hostnames',
    mesh: httpRoute({ rules: prefix('/a') }) + other({ rules: prefix('/a'), hostnames: 'b.example.com' }),
    hits: [],
  },
  {
    name: 'other listeners',
    mesh:
      httpRoute({ parents: '{ name: edge, namespace: infra, sectionName: http }' }) +
      other({ parents: '{ name: edge, namespace: infra, sectionName: https }' }),
    hits: [],
  },
  {
    name: 'one object in two files',
    mesh: httpRoute() + httpRoute(),
    hits: [],
  },
  {
    name: 'a Service, for callers of two namespaces',
    mesh:
      httpRoute({ parents: OF_SERVICE, hostnames: '' }) +
      httpRoute({
        name: 'web/orders',
        parents: '{ group: "", kind: Service, name: orders, namespace: shop }',
        hostnames: '',
      }),
    hits: [],
  },
  {
    name: 'a Service, for callers of one namespace',
    mesh: httpRoute({ parents: OF_SERVICE, hostnames: '' }) + other({ parents: OF_SERVICE, hostnames: '' }),
    hits: ['warning HTTPRoute shop/users spec.rules[0]:16'],
  },
  { name: 'several hostnames', mesh: httpRoute({ hostnames: 'a.example.com, b.example.com' }), hits: [] },
])('$name', ({ mesh, hits }) => {
  expect(ruleHits(routeShadowed, mesh)).toEqual(hits);
});
