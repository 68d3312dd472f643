import { expect, test } from 'vitest';
import { referenceNotGranted } from '../../../charts-src/check/rules/w164-reference-not-granted.ts';
import { apiGateway, httpRoute, OF_SERVICE, referenceGrant } from '../gateway-api-mesh.ts';
import { ruleHits } from '../rule-hits.ts';
import { service } from '../workload-yaml.ts';

const rules = '{ backendRefs: [{ name: pay, namespace: core, port: 80 }] }';
const route = httpRoute({ rules });
const pay = service({ name: 'pay', namespace: 'core' });
const at = 'HTTPRoute shop/orders spec.rules[0].backendRefs[0].namespace:8';
const secured = apiGateway(
  '{ name: https, port: 443, protocol: HTTPS, tls: { certificateRefs: [{ name: edge, namespace: certs }] } }',
);

test.each([
  { name: 'a Service', mesh: route + pay, hits: [`error ${at}`] },
  {
    name: 'granted to another namespace',
    mesh: route + pay + referenceGrant('core', 'kind: HTTPRoute, namespace: web', 'group: "", kind: Service'),
    hits: [`error ${at}`],
  },
  {
    name: 'granted to another kind',
    mesh: route + pay + referenceGrant('core', 'kind: GRPCRoute, namespace: shop', 'group: "", kind: Service'),
    hits: [`error ${at}`],
  },
  {
    name: 'another Service is granted',
    mesh:
      route + pay + referenceGrant('core', 'kind: HTTPRoute, namespace: shop', 'group: "", kind: Service, name: users'),
    hits: [`error ${at}`],
  },
  {
    name: 'granted where the route is',
    mesh: route + pay + referenceGrant('shop', 'kind: HTTPRoute, namespace: shop', 'group: "", kind: Service'),
    hits: [`error ${at}`],
  },
  { name: 'of which the files say nothing', mesh: route, hits: [`warning ${at}`] },
  {
    name: 'a certificate',
    mesh: secured,
    hits: ['warning Gateway infra/edge spec.listeners[0].tls.certificateRefs[0].namespace:5'],
  },
  {
    name: 'granted',
    mesh: route + pay + referenceGrant('core', 'kind: HTTPRoute, namespace: shop', 'group: "", kind: Service'),
    hits: [],
  },
  {
    name: 'granted by name',
    mesh:
      route + pay + referenceGrant('core', 'kind: HTTPRoute, namespace: shop', 'group: "", kind: Service, name: pay'),
    hits: [],
  },
  {
    name: 'a certificate that is granted',
    mesh: secured + referenceGrant('certs', 'kind: Gateway, namespace: infra', 'group: "", kind: Secret'),
    hits: [],
  },
  { name: 'for callers in the mesh', mesh: httpRoute({ rules, parents: OF_SERVICE }) + pay, hits: [] },
])('$name', ({ mesh, hits }) => {
  expect(ruleHits(referenceNotGranted, mesh)).toEqual(hits);
});
