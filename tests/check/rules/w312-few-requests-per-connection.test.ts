import { expect, test } from 'vitest';
import { fewRequestsPerConnection } from '../../../charts-src/check/rules/w312-few-requests-per-connection.ts';
import { found } from '../found.ts';
import { object, service } from '../parts.ts';
import { policy } from '../shop-yaml.ts';

const pool = (requests: number) =>
  policy('orders', `trafficPolicy:\n  connectionPool:\n    http:\n      maxRequestsPerConnection: ${requests}`);
const AT = 'warning DestinationRule shop/orders spec.trafficPolicy.connectionPool.http.maxRequestsPerConnection';

test.each([
  { name: 'two', yaml: [pool(2)], at: [`${AT} | maxRequestsPerConnection: 2`] },
  { name: 'one, of a known host', yaml: [service('orders'), pool(1)], at: [`${AT} | maxRequestsPerConnection: 1`] },
  { name: 'just too few', yaml: [pool(99)], at: [`${AT} | maxRequestsPerConnection: 99`] },
  {
    name: 'for what comes in',
    yaml: [
      object(
        'Sidecar',
        'orders',
        'egress: [{ hosts: ["./*"] }]\ninboundConnectionPool: { http: { maxRequestsPerConnection: 2 } }',
      ),
    ],
    at: [
      'warning Sidecar shop/orders spec.inboundConnectionPool.http.maxRequestsPerConnection | inboundConnectionPool: { http: { maxRequestsPerConnection: 2 } }',
    ],
  },
  { name: 'enough', yaml: [pool(100)], at: [] },
  { name: 'no limit', yaml: [pool(0)], at: [] },
  {
    name: 'bytes, which are no requests',
    yaml: [service('orders', { ports: '[{ name: tcp, port: 80 }]' }), pool(2)],
    at: [],
  },
])('$name', ({ yaml, at }) => expect(found(fewRequestsPerConnection, yaml)).toEqual(at));
