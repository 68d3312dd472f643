import { expect, test } from 'vitest';
import { routeParentUnknown } from '../../../charts-src/check/rules/w161-route-parent-unknown.ts';
import { apiGateway, httpRoute } from '../gateway-api-mesh.ts';
import { ruleHits } from '../rule-hits.ts';
import { service } from '../workload-yaml.ts';

const bound = (parents: string): string => httpRoute({ parents });
const hit = (severity: string, path: string): readonly string[] => [`${severity} HTTPRoute shop/orders ${path}`];

test.each([
  {
    name: 'in its own namespace by default',
    mesh: apiGateway() + bound('{ name: edge }'),
    hits: hit('error', 'spec.parentRefs[0]:11'),
  },
  {
    name: 'a slip',
    mesh: apiGateway() + bound('{ name: egde, namespace: infra }'),
    hits: hit('error', 'spec.parentRefs[0].name:11'),
  },
  {
    name: 'another one is there',
    mesh: apiGateway() + bound('{ name: public, namespace: infra }'),
    hits: hit('warning', 'spec.parentRefs[0].name:11'),
  },
  {
    name: 'of other files',
    mesh: bound('{ name: edge, namespace: infra }'),
    hits: hit('info', 'spec.parentRefs[0].name:6'),
  },
  {
    name: 'no such listener',
    mesh: apiGateway() + bound('{ name: edge, namespace: infra, sectionName: http }'),
    hits: hit('error', 'spec.parentRefs[0].sectionName:11'),
  },
  {
    name: 'no such port',
    mesh: apiGateway() + bound('{ name: edge, namespace: infra, port: 80 }'),
    hits: hit('error', 'spec.parentRefs[0].port:11'),
  },
  {
    name: 'a Service that is not there',
    mesh: service() + bound('{ group: "", kind: Service, name: order }'),
    hits: hit('error', 'spec.parentRefs[0].name:15'),
  },
  {
    name: 'a port of the pods',
    mesh: service() + bound('{ group: "", kind: Service, name: orders, port: 8080 }'),
    hits: hit('error', 'spec.parentRefs[0].port:15'),
  },
  { name: 'a Service of other files', mesh: bound('{ group: "", kind: Service, name: orders }'), hits: [] },
  {
    name: 'a Gateway of Istio',
    mesh: apiGateway() + bound('{ group: networking.istio.io, kind: Gateway, name: edge, namespace: infra }'),
    hits: hit('error', 'spec.parentRefs[0].group:11'),
  },
  {
    name: 'all there',
    mesh:
      apiGateway() +
      service() +
      bound(
        '{ name: edge, namespace: infra, sectionName: https, port: 443 }, { group: "", kind: Service, name: orders, port: 80 }',
      ),
    hits: [],
  },
  {
    name: 'what others serve',
    mesh: apiGateway() + bound('{ group: example.com, kind: Mesh, name: any }, { kind: ListenerSet, name: set }'),
    hits: [],
  },
])('$name', ({ mesh, hits }) => {
  expect(ruleHits(routeParentUnknown, mesh)).toEqual(hits);
});
