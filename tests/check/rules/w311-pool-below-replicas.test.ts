import { expect, test } from 'vitest';
import { poolBelowReplicas } from '../../../charts-src/check/rules/w311-pool-below-replicas.ts';
import { found, wordsOf } from '../found.ts';
import { object, service } from '../parts.ts';
import { caller, deployment, document, policy } from '../shop-yaml.ts';

const pool = (settings: string) => policy('orders', `trafficPolicy:\n  connectionPool: ${settings}`);
const orders = (replicas: number) => [service('orders'), deployment('orders', { replicas })];
const AT = 'warning DestinationRule shop/orders spec.trafficPolicy.connectionPool';

test.each([
  {
    name: 'fewer connections than pods',
    yaml: [...orders(6), pool('{ tcp: { maxConnections: 5 } }')],
    at: [`${AT}.tcp.maxConnections | connectionPool: { tcp: { maxConnections: 5 } }`],
  },
  {
    name: 'fewer in line than pods',
    yaml: [...orders(6), pool('{ tcp: { maxConnections: 50 }, http: { http1MaxPendingRequests: 1 } }')],
    at: [
      `${AT}.http.http1MaxPendingRequests | connectionPool: { tcp: { maxConnections: 50 }, http: { http1MaxPendingRequests: 1 } }`,
    ],
  },
  {
    name: 'gRPC: requests count, not connections',
    yaml: [
      service('orders', { ports: '[{ name: grpc, port: 80 }]' }),
      deployment('orders', { replicas: 6 }),
      pool('{ tcp: { maxConnections: 1 }, http: { http2MaxRequests: 3 } }'),
    ],
    at: [`${AT}.http.http2MaxRequests | connectionPool: { tcp: { maxConnections: 1 }, http: { http2MaxRequests: 3 } }`],
  },
  {
    name: 'bytes: connections count',
    yaml: [
      service('orders', { ports: '[{ name: tcp, port: 80 }]' }),
      deployment('orders', { replicas: 3 }),
      pool('{ tcp: { maxConnections: 2 }, http: { http1MaxPendingRequests: 1 } }'),
    ],
    at: [
      `${AT}.tcp.maxConnections | connectionPool: { tcp: { maxConnections: 2 }, http: { http1MaxPendingRequests: 1 } }`,
    ],
  },
  {
    name: 'a subset is counted on its own',
    yaml: [
      service('orders'),
      deployment('orders-v1', { app: 'orders', replicas: 9 }),
      deployment('orders-v2', { app: 'orders', version: 'v2', replicas: 2 }),
      policy(
        'orders',
        'subsets:\n  - name: v1\n    labels: { version: v1 }\n    trafficPolicy: { connectionPool: { tcp: { maxConnections: 5 } } }\n  - name: v2\n    labels: { version: v2 }\n    trafficPolicy: { connectionPool: { tcp: { maxConnections: 5 } } }',
      ),
    ],
    at: [
      'warning DestinationRule shop/orders spec.subsets[0].trafficPolicy.connectionPool.tcp.maxConnections | trafficPolicy: { connectionPool: { tcp: { maxConnections: 5 } } }',
    ],
  },
  {
    name: 'an autoscaler that keeps more pods than that',
    yaml: [
      ...orders(1),
      document({
        apiVersion: 'autoscaling/v2',
        kind: 'HorizontalPodAutoscaler',
        metadata: { name: 'orders', namespace: 'shop' },
        spec: { minReplicas: 4, maxReplicas: 8, scaleTargetRef: { kind: 'Deployment', name: 'orders' } },
      }),
      pool('{ tcp: { maxConnections: 3 } }'),
    ],
    at: [`${AT}.tcp.maxConnections | connectionPool: { tcp: { maxConnections: 3 } }`],
  },
  {
    name: 'one at a time, even for one pod',
    yaml: [...orders(1), pool('{ tcp: { maxConnections: 9 }, http: { http1MaxPendingRequests: 1 } }')],
    at: [
      `${AT}.http.http1MaxPendingRequests | connectionPool: { tcp: { maxConnections: 9 }, http: { http1MaxPendingRequests: 1 } }`,
    ],
  },
  { name: 'two for one pod', yaml: [...orders(1), pool('{ tcp: { maxConnections: 2 } }')], at: [] },
  { name: 'as many as pods', yaml: [...orders(5), pool('{ tcp: { maxConnections: 5 } }')], at: [] },
  { name: 'no limit (W310)', yaml: [...orders(5), pool('{ tcp: { maxConnections: 0 } }')], at: [] },
  {
    name: 'pods that are not among the files',
    yaml: [service('orders'), pool('{ tcp: { maxConnections: 2 } }')],
    at: [],
  },
  { name: 'a host that is not among the files', yaml: [pool('{ tcp: { maxConnections: 1 } }')], at: [] },
  {
    name: 'a DaemonSet, of which nobody knows how many pods it has',
    yaml: [service('orders'), deployment('orders', { kind: 'DaemonSet' }), pool('{ tcp: { maxConnections: 2 } }')],
    at: [],
  },
  {
    name: 'HTTP/1 that is carried over HTTP/2',
    yaml: [...orders(6), pool('{ tcp: { maxConnections: 5 }, http: { h2UpgradePolicy: UPGRADE } }')],
    at: [],
  },
])('$name', ({ yaml, at }) => expect(found(poolBelowReplicas, yaml)).toEqual(at));

const CALLERS = [caller('web', 'orders'), deployment('web-more', { app: 'web', version: 'v2', replicas: 10 })];

test('at the server the pool is shared by all callers', () => {
  const yaml = [...CALLERS, ...orders(2), pool('{ tcp: { maxConnections: 3 }, http: { http1MaxPendingRequests: 2 } }')];
  expect(found(poolBelowReplicas, yaml)).toEqual([
    `${AT} | connectionPool: { tcp: { maxConnections: 3 }, http: { http1MaxPendingRequests: 2 } }`,
  ]);
  expect(wordsOf(poolBelowReplicas, yaml)[0]).toContain('has room for 5 requests, and 12 pods call them');
});

test.each([
  { name: 'where the rest waits in line', yaml: pool('{ tcp: { maxConnections: 2 } }') },
  {
    name: 'where there is room for all',
    yaml: pool('{ tcp: { maxConnections: 3 }, http: { http1MaxPendingRequests: 3 } }'),
  },
  {
    name: 'where a Sidecar has a pool for what comes in',
    yaml: [
      pool('{ tcp: { maxConnections: 3 }, http: { http1MaxPendingRequests: 2 } }'),
      object(
        'Sidecar',
        'default',
        'inboundConnectionPool: { tcp: { maxConnections: 1000 } }\negress: [{ hosts: ["./*"] }]',
      ),
    ].join('\n'),
  },
])('at the server, it is fine $name', ({ yaml }) =>
  expect(found(poolBelowReplicas, [...CALLERS, ...orders(2), yaml])).toEqual([]),
);
