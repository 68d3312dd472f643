import { expect, test } from 'vitest';
import { connectionPool } from '../../../charts-src/check/rules/w437-connection-pool.ts';
import { judged } from '../validation/judged.ts';

const pool = (connectionPool: object) => ({ host: 'orders', trafficPolicy: { connectionPool } });
const at = 'spec.trafficPolicy.connectionPool';

test.each<{ readonly name: string; readonly spec: object; readonly at: readonly string[] }>([
  { name: 'no limits', spec: pool({}), at: [at] },
  {
    name: 'less than none',
    spec: pool({
      http: {
        http1MaxPendingRequests: -1,
        http2MaxRequests: -1,
        maxRetries: -1,
        maxRequestsPerConnection: -1,
        maxConcurrentStreams: -1,
      },
    }),
    at: [
      `${at}.http.http1MaxPendingRequests`,
      `${at}.http.http2MaxRequests`,
      `${at}.http.maxRequestsPerConnection`,
      `${at}.http.maxRetries`,
      `${at}.http.maxConcurrentStreams`,
    ],
  },
  {
    name: 'fewer connections than none',
    spec: pool({ tcp: { maxConnections: -1 } }),
    at: [`${at}.tcp.maxConnections`],
  },
  {
    name: 'an upgrade of what clients speak',
    spec: pool({ http: { h2UpgradePolicy: 'UPGRADE', useClientProtocol: true } }),
    at: [`${at}.http.useClientProtocol`],
  },
  {
    name: 'half a keep-alive',
    spec: pool({ http: { http2KeepAlive: { interval: '1s' } } }),
    at: [`${at}.http.http2KeepAlive.timeout`],
  },
  { name: 'a timeout that is none', spec: pool({ tcp: { idleTimeout: 'never' } }), at: [`${at}.tcp.idleTimeout`] },
  { name: 'a timeout below zero', spec: pool({ tcp: { idleTimeout: '-1s' } }), at: [`${at}.tcp.idleTimeout`] },
  {
    name: 'a timeout of no whole milliseconds',
    spec: pool({ tcp: { idleTimeout: '1.0005s' } }),
    at: [`${at}.tcp.idleTimeout`],
  },
  { name: 'no timeout', spec: pool({ tcp: { idleTimeout: '0s' } }), at: [] },
  {
    name: 'limits',
    spec: pool({
      tcp: { maxConnections: 100 },
      http: { http1MaxPendingRequests: 10, http2KeepAlive: { interval: '1s', timeout: '2s' } },
    }),
    at: [],
  },
  {
    name: 'a port of a subset',
    spec: {
      host: 'orders',
      subsets: [{ name: 'v1', trafficPolicy: { portLevelSettings: [{ port: { number: 80 }, connectionPool: {} }] } }],
    },
    at: ['spec.subsets[0].trafficPolicy.portLevelSettings[0].connectionPool'],
  },
])('$name', ({ spec, at }) => {
  expect(judged(connectionPool, 'DestinationRule', spec)).toEqual(at);
});
