import { expect, test } from 'vitest';
import { noPerTryTimeout } from '../../../charts-src/check/rules/w336-no-per-try-timeout.ts';
import { found } from '../found.ts';
import { routes } from '../parts.ts';

const route = (retries: string, timeout = 'timeout: 9s') =>
  routes('orders', `- route: [{ destination: { host: orders } }]\n  retries: ${retries}\n  ${timeout}`);
const at = (retries: string) => [`info VirtualService shop/orders spec.http[0].retries | retries: ${retries}`];

test.each([
  { name: '5xx', retries: '{ attempts: 2, retryOn: 5xx }', isFound: true },
  { name: 'reset', retries: '{ attempts: 2, retryOn: "503,reset" }', isFound: true },
  { name: 'a time for each try', retries: '{ attempts: 2, retryOn: 5xx, perTryTimeout: 3s }', isFound: false },
  { name: 'only what fails at once', retries: '{ attempts: 2, retryOn: "connect-failure,503" }', isFound: false },
  { name: 'the default', retries: '{ attempts: 2 }', isFound: false },
])('$name', ({ retries, isFound }) =>
  expect(found(noPerTryTimeout, [route(retries)])).toEqual(isFound ? at(retries) : []),
);

test('says nothing where the request has no end either: that is W330', () => {
  expect(found(noPerTryTimeout, [route('{ attempts: 2, retryOn: 5xx }', 'name: all')])).toEqual([]);
});
