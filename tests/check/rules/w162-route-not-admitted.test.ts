import { expect, test } from 'vitest';
import { routeNotAdmitted } from '../../../charts-src/check/rules/w162-route-not-admitted.ts';
import { apiGateway, httpRoute, LISTENER, waypoint } from '../gateway-api-mesh.ts';
import { ruleHits } from '../rule-hits.ts';
import { namespace } from '../workload-yaml.ts';

const listener = (allowedRoutes: string, more = 'hostname: "*.example.com"', protocol = 'HTTP'): string =>
  `{ name: http, port: 80, protocol: ${protocol}, ${more}, allowedRoutes: ${allowedRoutes} }`;
const bySelector = (selector: string): string => listener(`{ namespaces: { from: Selector, selector: ${selector} } }`);
const ALL = '{ namespaces: { from: All } }';
const hit = (path: string, severity = 'error', kind = 'HTTPRoute'): readonly string[] => [
  `${severity} ${kind} shop/orders ${path}`,
];

test.each([
  {
    name: 'the same namespace by default',
    mesh: apiGateway(listener('{}')) + httpRoute(),
    hits: hit('spec.parentRefs[0]:11'),
  },
  {
    name: 'namespaces with a label that it has not',
    mesh: apiGateway(bySelector('{ matchLabels: { public: "yes" } }')) + httpRoute() + namespace(),
    hits: hit('spec.parentRefs[0]:11'),
  },
  {
    name: 'namespaces of another name',
    mesh: apiGateway(bySelector('{ matchLabels: { kubernetes.io/metadata.name: web, public: "yes" } }')) + httpRoute(),
    hits: hit('spec.parentRefs[0]:11'),
  },
  {
    name: 'another hostname',
    mesh: apiGateway() + httpRoute({ hostnames: 'shop.example.org' }),
    hits: hit('spec.hostnames:12'),
  },
  {
    name: 'one of two hostnames',
    mesh: apiGateway() + httpRoute({ hostnames: 'shop.example.com, shop.example.org' }),
    hits: hit('spec.hostnames[1]:12', 'warning'),
  },
  {
    name: 'another listener would take it',
    mesh:
      apiGateway(`${LISTENER}, ${listener('{}')}`) +
      httpRoute({ parents: '{ name: edge, namespace: infra, sectionName: http }' }),
    hits: hit('spec.parentRefs[0]:11'),
  },
  {
    name: 'TLS that is not opened',
    mesh: apiGateway(listener(ALL, 'tls: { mode: Passthrough }', 'TLS')) + httpRoute(),
    hits: hit('spec.parentRefs[0]:11'),
  },
  {
    name: 'a kind that is not allowed',
    mesh:
      apiGateway(listener('{ kinds: [{ kind: HTTPRoute }], namespaces: { from: All } }')) +
      httpRoute({ kind: 'GRPCRoute' }),
    hits: hit('spec.parentRefs[0]:11', 'error', 'GRPCRoute'),
  },
  {
    name: 'a waypoint',
    mesh: waypoint() + httpRoute({ parents: '{ name: waypoint }' }),
    hits: hit('spec.parentRefs[0]:11'),
  },
  {
    name: 'two parents, each for one of its hostnames',
    mesh:
      apiGateway() +
      apiGateway(listener(ALL, 'hostname: "*.example.org"'), { name: 'infra/org' }) +
      httpRoute({
        parents: '{ name: edge, namespace: infra }, { name: org, namespace: infra }',
        hostnames: 'shop.example.com, shop.example.org',
      }),
    hits: [],
  },
  {
    name: 'one of two parents',
    mesh:
      apiGateway() +
      apiGateway(listener('{}'), { name: 'infra/org' }) +
      httpRoute({ parents: '{ name: edge, namespace: infra }, { name: org, namespace: infra }' }),
    hits: hit('spec.parentRefs[1]:16', 'warning'),
  },
  { name: 'all namespaces', mesh: apiGateway() + httpRoute(), hits: [] },
  {
    name: 'a name that every namespace bears',
    mesh: apiGateway(bySelector('{ matchLabels: { kubernetes.io/metadata.name: shop } }')) + httpRoute() + namespace(),
    hits: [],
  },
  {
    name: 'labels of a namespace of other files',
    mesh: apiGateway(bySelector('{ matchLabels: { public: "yes" } }')) + httpRoute(),
    hits: [],
  },
  {
    name: 'expressions that hold',
    mesh:
      apiGateway(bySelector('{ matchExpressions: [{ key: istio-injection, operator: Exists }] }')) +
      httpRoute() +
      namespace(),
    hits: [],
  },
  {
    name: 'no hostname on either side',
    mesh: apiGateway(listener(ALL, 'hostname: ""')) + httpRoute({ hostnames: '' }),
    hits: [],
  },
  {
    name: 'a wildcard of the route',
    mesh: apiGateway(listener(ALL, 'hostname: shop.example.com')) + httpRoute({ hostnames: '"*.example.com"' }),
    hits: [],
  },
  { name: 'a Gateway that is not there', mesh: httpRoute(), hits: [] },
])('$name', ({ mesh, hits }) => {
  expect(ruleHits(routeNotAdmitted, mesh)).toEqual(hits);
});
