import { expect, test } from 'vitest';
import { limitZero } from '../../../charts-src/check/rules/w310-limit-zero.ts';
import { found } from '../found.ts';
import { object } from '../parts.ts';
import { policy } from '../shop-yaml.ts';

const AT = 'warning DestinationRule shop/orders spec.trafficPolicy';

test.each([
  {
    name: 'connections and requests',
    yaml: policy(
      'orders',
      'trafficPolicy:\n  connectionPool:\n    tcp:\n      maxConnections: 0\n    http:\n      http1MaxPendingRequests: 0\n      http2MaxRequests: 0\n      maxRetries: 0',
    ),
    at: [
      `${AT}.connectionPool.tcp.maxConnections | maxConnections: 0`,
      `${AT}.connectionPool.http.http1MaxPendingRequests | http1MaxPendingRequests: 0`,
      `${AT}.connectionPool.http.http2MaxRequests | http2MaxRequests: 0`,
      `${AT}.connectionPool.http.maxRetries | maxRetries: 0`,
    ],
  },
  {
    name: 'of a port of a subset',
    yaml: policy(
      'orders',
      'subsets:\n  - name: v1\n    trafficPolicy:\n      portLevelSettings:\n        - port: { number: 80 }\n          connectionPool: { tcp: { maxConnections: 0 } }',
    ),
    at: [
      'warning DestinationRule shop/orders spec.subsets[0].trafficPolicy.portLevelSettings[0].connectionPool.tcp.maxConnections | connectionPool: { tcp: { maxConnections: 0 } }',
    ],
  },
  {
    name: 'of what comes in',
    yaml: object(
      'Sidecar',
      'orders',
      'inboundConnectionPool: { tcp: { maxConnections: 0 } }\negress: [{ hosts: ["./*"] }]',
    ),
    at: [
      'warning Sidecar shop/orders spec.inboundConnectionPool.tcp.maxConnections | inboundConnectionPool: { tcp: { maxConnections: 0 } }',
    ],
  },
  {
    name: 'no limit on the requests of a connection, as documented',
    yaml: policy('orders', 'trafficPolicy: { connectionPool: { http: { maxRequestsPerConnection: 0 } } }'),
    at: [],
  },
  {
    name: 'limits',
    yaml: policy('orders', 'trafficPolicy: { connectionPool: { tcp: { maxConnections: 1 } } }'),
    at: [],
  },
  { name: 'no pool', yaml: policy('orders', 'trafficPolicy: { loadBalancer: { simple: RANDOM } }'), at: [] },
])('$name', ({ yaml, at }) => expect(found(limitZero, [yaml])).toEqual(at));
