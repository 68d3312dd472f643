import { expect, test } from 'vitest';
import { routeDestination } from '../../../charts-src/check/rules/w430-route-destination.ts';
import { judged } from '../validation/judged.ts';

const to = (destination: object) => ({ hosts: ['orders'], http: [{ route: [{ destination }] }] });
const at = 'spec.http[0].route[0].destination';

test.each<{ readonly name: string; readonly spec: object; readonly at: readonly string[] }>([
  { name: 'everywhere', spec: to({ host: '*' }), at: [`${at}.host`] },
  { name: 'an underscore', spec: to({ host: 'orders_v2' }), at: [`${at}.host`] },
  { name: 'nothing', spec: to({ host: '' }), at: [`${at}.host`] },
  { name: 'a wildcard', spec: to({ host: '*.example.com' }), at: [] },
  { name: 'a subset that is none', spec: to({ host: 'orders', subset: 'v1.2' }), at: [`${at}.subset`] },
  { name: 'an empty port', spec: to({ host: 'orders', port: {} }), at: [`${at}.port.number`] },
  { name: 'a port that is none', spec: to({ host: 'orders', port: { number: 65536 } }), at: [`${at}.port.number`] },
  {
    name: 'all of it',
    spec: to({ host: 'orders.shop.svc.cluster.local', subset: 'v1', port: { number: 80 } }),
    at: [],
  },
  {
    name: 'mirrors',
    spec: {
      hosts: ['orders'],
      http: [
        { route: [{ destination: { host: 'orders' } }], mirror: { host: 'a_b' } },
        { route: [{ destination: { host: 'orders' } }], mirrors: [{ destination: { host: '*' } }] },
      ],
    },
    at: ['spec.http[0].mirror.host', 'spec.http[1].mirrors[0].destination.host'],
  },
  {
    name: 'connections',
    spec: { hosts: ['orders'], tcp: [{ route: [{ destination: { host: 'a b' } }] }] },
    at: ['spec.tcp[0].route[0].destination.host'],
  },
])('$name', ({ spec, at }) => {
  expect(judged(routeDestination, 'VirtualService', spec)).toEqual(at);
});
