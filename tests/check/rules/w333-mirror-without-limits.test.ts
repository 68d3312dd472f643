import { expect, test } from 'vitest';
import { mirrorWithoutLimits } from '../../../charts-src/check/rules/w333-mirror-without-limits.ts';
import { found } from '../found.ts';
import { routes } from '../parts.ts';
import { policy } from '../shop-yaml.ts';

const route = (mirror: string) => routes('orders', `- route: [{ destination: { host: orders } }]\n  ${mirror}`);
const AT = 'info VirtualService shop/orders spec.http[0]';

test.each([
  { name: 'all requests', yaml: [route('mirror: { host: next }')], at: [`${AT}.mirror | mirror: { host: next }`] },
  {
    name: 'in a list',
    yaml: [route('mirrors: [{ destination: { host: next }, percentage: { value: 5 } }]')],
    at: [`${AT}.mirrors[0] | mirrors: [{ destination: { host: next }, percentage: { value: 5 } }]`],
  },
  {
    name: 'limits',
    yaml: [
      route('mirror: { host: next }'),
      policy('next', 'trafficPolicy: { connectionPool: { tcp: { maxConnections: 9 } } }'),
    ],
    at: [],
  },
  { name: 'none of the requests', yaml: [route('mirror: { host: next }\n  mirrorPercentage: { value: 0 }')], at: [] },
  { name: 'no mirror', yaml: [route('timeout: 1s')], at: [] },
])('$name', ({ yaml, at }) => expect(found(mirrorWithoutLimits, yaml)).toEqual(at));
