import { expect, test } from 'vitest';
import { routeAndVirtualService } from '../../../charts-src/check/rules/w166-route-and-virtual-service.ts';
import { httpRoute, OF_SERVICE } from '../gateway-api-mesh.ts';
import { routes } from '../parts.ts';
import { ruleHits } from '../rule-hits.ts';

const HTTP = '- route: [{ destination: { host: orders } }]';
const route = httpRoute({ parents: OF_SERVICE, hostnames: '' });

test.each([
  {
    name: 'both for one Service',
    mesh: route + routes('orders', HTTP),
    hits: ['warning HTTPRoute shop/orders spec.parentRefs[0]:6'],
  },
  {
    name: 'of another namespace',
    mesh: route + routes('orders', HTTP, { hosts: '[orders.shop.svc.cluster.local]', namespace: 'web' }),
    hits: ['warning HTTPRoute shop/orders spec.parentRefs[0]:6'],
  },
  { name: 'one at a gateway', mesh: route + routes('orders', HTTP, { gateways: '[edge/edge]' }), hits: [] },
  { name: 'one for another Service', mesh: route + routes('users', HTTP), hits: [] },
  { name: 'the route is at a gateway', mesh: httpRoute() + routes('orders', HTTP), hits: [] },
])('$name', ({ mesh, hits }) => {
  expect(ruleHits(routeAndVirtualService, mesh)).toEqual(hits);
});
