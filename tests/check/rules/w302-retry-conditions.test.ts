import { expect, test } from 'vitest';
import { retryConditions } from '../../../charts-src/check/rules/w302-retry-conditions.ts';
import { found, wordsOf } from '../found.ts';
import { routes, service } from '../parts.ts';

const route = (retries: string, timeout = '30s') =>
  routes('orders', `- route: [{ destination: { host: orders } }]\n  timeout: ${timeout}\n  retries:\n    ${retries}`);

const AT = 'warning VirtualService shop/orders spec.http[0].retries';
const GRPC = service('orders', { ports: '[{ name: grpc, port: 80 }]' });

test.each([
  {
    name: 'no conditions',
    yaml: [route('attempts: 3')],
    at: [`${AT} | retries:`],
  },
  {
    name: 'no conditions, and a time for each try',
    yaml: [route('{ attempts: 3, perTryTimeout: 5s }')],
    at: [`${AT} | retries:`],
  },
  {
    name: 'a status is no help for a try that hangs',
    yaml: [route('retryOn: connect-failure,504\n    attempts: 3\n    perTryTimeout: 5s')],
    at: [`${AT}.retryOn | retryOn: connect-failure,504`],
  },
  {
    name: 'gRPC whose tries hang',
    yaml: [route('{ attempts: 3, perTryTimeout: 5s }'), GRPC],
    at: [`${AT} | retries:`],
  },
  { name: 'gRPC, for which the default is made', yaml: [route('{ attempts: 3 }'), GRPC], at: [] },
  { name: '5xx', yaml: [route('{ attempts: 3, perTryTimeout: 5s, retryOn: 5xx }')], at: [] },
  { name: 'reset, with spaces', yaml: [route('{ attempts: 3, perTryTimeout: 5s, retryOn: "503, reset" }')], at: [] },
  { name: 'conditions, and no time for each try', yaml: [route('{ attempts: 3, retryOn: "503" }')], at: [] },
  {
    name: 'a try as long as the request is W301',
    yaml: [route('{ attempts: 3, perTryTimeout: 30s, retryOn: "503" }')],
    at: [],
  },
  { name: 'retries that are off', yaml: [route('{ attempts: 0 }')], at: [] },
  { name: 'no retries block', yaml: [routes('orders', '- route: [{ destination: { host: orders } }]')], at: [] },
])('$name', ({ yaml, at }) => expect(found(retryConditions, yaml)).toEqual(at));

test('says what becomes of a try that hangs', () => {
  const [words] = wordsOf(retryConditions, [route('{ attempts: 3, perTryTimeout: 10s }')]);
  expect(words).toContain('a 503 that the application answers is not tried again');
  expect(words).toContain('a try that runs into its 10s: the request ends there with 504');
});
