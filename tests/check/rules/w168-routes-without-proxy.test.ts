import { expect, test } from 'vitest';
import { routesWithoutProxy } from '../../../charts-src/check/rules/w168-routes-without-proxy.ts';
import { ambientShop, httpRoute, OF_SERVICE, waypoint } from '../gateway-api-mesh.ts';
import { routes } from '../parts.ts';
import { ruleHits } from '../rule-hits.ts';
import { namespace, service, workload } from '../workload-yaml.ts';

const route = httpRoute({ parents: OF_SERVICE, hostnames: '' });
const rules = `${routes('orders', '- route: [{ destination: { host: orders } }]')}\n`;
const pods = workload();

test.each([
  {
    name: 'an HTTPRoute',
    mesh: route + ambientShop() + pods,
    hits: ['error HTTPRoute shop/orders spec.parentRefs[0]:6'],
  },
  {
    name: 'a VirtualService',
    mesh: rules + ambientShop() + pods,
    hits: ['error VirtualService shop/orders spec.hosts[0]:6'],
  },
  {
    name: 'no waypoint by a label',
    mesh: route + ambientShop('istio.io/use-waypoint: none') + pods,
    hits: ['error HTTPRoute shop/orders spec.parentRefs[0]:6'],
  },
  {
    name: 'a waypoint',
    mesh: route + rules + ambientShop('istio.io/use-waypoint: waypoint') + waypoint() + pods,
    hits: [],
  },
  {
    name: 'a waypoint of the Service',
    mesh:
      route +
      namespace('istio.io/dataplane-mode: ambient') +
      service({ labels: 'istio.io/use-waypoint: waypoint' }) +
      pods,
    hits: [],
  },
  {
    name: 'callers with sidecars',
    mesh: route + ambientShop() + pods + namespace('istio-injection: enabled', 'web') + workload({ namespace: 'web' }),
    hits: [],
  },
  { name: 'callers of which nothing is known', mesh: route + ambientShop() + workload({ namespace: 'web' }), hits: [] },
  { name: 'routes of a gateway', mesh: httpRoute() + ambientShop() + pods, hits: [] },
  { name: 'no ambient mode', mesh: route + namespace('team: shop') + service() + pods, hits: [] },
])('$name', ({ mesh, hits }) => {
  expect(ruleHits(routesWithoutProxy, mesh)).toEqual(hits);
});
