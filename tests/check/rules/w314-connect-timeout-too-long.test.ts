import { expect, test } from 'vitest';
import { connectTimeoutTooLong } from '../../../charts-src/check/rules/w314-connect-timeout-too-long.ts';
import { found } from '../found.ts';
import { routes, service } from '../parts.ts';
import { policy } from '../shop-yaml.ts';

const pool = (connectTimeout: string) =>
  policy('orders', `trafficPolicy: { connectionPool: { tcp: { connectTimeout: ${connectTimeout} } } }`);
const route = (fields: string) => routes('orders', `- route: [{ destination: { host: orders } }]\n  ${fields}`);
const at = (connectTimeout: string) =>
  `warning DestinationRule shop/orders spec.trafficPolicy.connectionPool.tcp.connectTimeout | trafficPolicy: { connectionPool: { tcp: { connectTimeout: ${connectTimeout} } } }`;

test.each([
  { name: 'longer than the request', yaml: [route('timeout: 3s'), pool('10s')], at: [at('10s')] },
  {
    name: 'longer than a try that is not tried again',
    yaml: [route('retries: { attempts: 2, perTryTimeout: 1s, retryOn: "503" }'), pool('2s')],
    at: [at('2s')],
  },
  {
    name: 'longer than a try that is tried again elsewhere',
    yaml: [route('retries: { attempts: 2, perTryTimeout: 1s, retryOn: "reset" }'), pool('2s')],
    at: [],
  },
  { name: 'shorter', yaml: [route('timeout: 3s'), pool('1s')], at: [] },
  {
    name: 'nothing is tried again anyway',
    yaml: [route('timeout: 3s\n  retries: { attempts: 0 }'), pool('10s')],
    at: [],
  },
  { name: 'no timeout', yaml: [route('name: all'), pool('10s')], at: [] },
  { name: 'no rules', yaml: [pool('10s')], at: [] },
])('$name', ({ yaml, at: expected }) =>
  expect(found(connectTimeoutTooLong, [service('orders'), ...yaml])).toEqual(expected),
);
