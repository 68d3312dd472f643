import { expect, test } from 'vitest';
import { shortKeepAlive } from '../../../charts-src/check/rules/w315-short-keep-alive.ts';
import { found, wordsOf } from '../found.ts';
import { service } from '../parts.ts';
import { deployment, policy, type DeploymentYaml } from '../shop-yaml.ts';

const idle = (field: string) => policy('orders', `trafficPolicy:\n  connectionPool:\n    ${field}`);
const POOL = idle('http: { idleTimeout: 60s }');
const orders = (options: DeploymentYaml) => [service('orders'), deployment('orders', options)];
const AT = 'warning DestinationRule shop/orders spec.trafficPolicy.connectionPool';

test.each([
  { name: 'milliseconds', yaml: [POOL, ...orders({ env: { KEEP_ALIVE_TIMEOUT_MS: '5000' } })], isFound: true },
  {
    name: 'milliseconds by their size',
    yaml: [POOL, ...orders({ env: { KEEPALIVE_TIMEOUT: '5000' } })],
    isFound: true,
  },
  { name: 'seconds', yaml: [POOL, ...orders({ env: { HTTP_KEEP_ALIVE: '5' } })], isFound: true },
  { name: 'a unit', yaml: [POOL, ...orders({ env: { SERVER_KEEPALIVE_TIMEOUT: '5s' } })], isFound: true },
  { name: 'an argument', yaml: [POOL, ...orders({ container: { args: ['--keep-alive', '5'] } })], isFound: true },
  {
    name: 'an argument with =',
    yaml: [POOL, ...orders({ container: { args: ['--timeout-keep-alive=5'] } })],
    isFound: true,
  },
  { name: 'longer', yaml: [POOL, ...orders({ env: { KEEP_ALIVE_TIMEOUT: '65s' } })], isFound: false },
  { name: 'how often TCP asks', yaml: [POOL, ...orders({ env: { TCP_KEEPALIVE: '5' } })], isFound: false },
  { name: 'how often it asks', yaml: [POOL, ...orders({ env: { KEEPALIVE_INTERVAL: '5' } })], isFound: false },
  { name: 'nothing is said', yaml: [POOL, ...orders({})], isFound: false },
  { name: 'the proxies do not say', yaml: orders({ env: { KEEP_ALIVE_TIMEOUT: '5' } }), isFound: false },
])('$name', ({ yaml, isFound }) =>
  expect(found(shortKeepAlive, yaml)).toEqual(isFound ? [`${AT}.http.idleTimeout | http: { idleTimeout: 60s }`] : []),
);

test('the idle time of TCP counts where HTTP has none', () => {
  const yaml = [idle('tcp: { idleTimeout: 30s }'), ...orders({ env: { KEEP_ALIVE_TIMEOUT: '5' } })];
  expect(found(shortKeepAlive, yaml)).toEqual([`${AT}.tcp.idleTimeout | tcp: { idleTimeout: 30s }`]);
  expect(wordsOf(shortKeepAlive, yaml)[0]).toMatch(/for 30s, .* after 5s \(KEEP_ALIVE_TIMEOUT, mesh\.yaml:\d+\)/);
});
