import { expect, test } from 'vitest';
import { faultHidesRetries } from '../../../charts-src/check/rules/w306-fault-hides-retries.ts';
import { found, wordsOf } from '../found.ts';
import { routes } from '../parts.ts';

const route = (...fields: readonly string[]) =>
  routes('orders', ['- route: [{ destination: { host: orders } }]', ...fields.map((field) => `  ${field}`)].join('\n'));

const DELAY = 'fault: { delay: { fixedDelay: 5s, percentage: { value: 100 } } }';
const ABORT = 'fault: { abort: { httpStatus: 503, percentage: { value: 50 } } }';
const AT = 'warning VirtualService shop/orders spec.http[0].fault';

test.each([
  { name: 'a delay with a timeout', yaml: route('timeout: 2s', DELAY), at: [`${AT} | ${DELAY}`] },
  { name: 'an abort with retries', yaml: route('retries: { attempts: 2 }', ABORT), at: [`${AT} | ${ABORT}`] },
  {
    name: 'a delay in the old field',
    yaml: route('timeout: 2s', 'fault: { delay: { fixedDelay: 5s, percent: 5 } }'),
    at: [`${AT} | fault: { delay: { fixedDelay: 5s, percent: 5 } }`],
  },
  { name: 'a fault alone', yaml: route(DELAY), at: [] },
  { name: 'a timeout alone', yaml: route('timeout: 2s'), at: [] },
  { name: 'retries that are off', yaml: route('retries: { attempts: 0 }', ABORT), at: [] },
  {
    name: 'a fault for no request',
    yaml: route('timeout: 2s', 'fault: { abort: { httpStatus: 503, percentage: { value: 0 } } }'),
    at: [],
  },
  {
    name: 'a fault without a share is W308',
    yaml: route('timeout: 2s', 'fault: { abort: { httpStatus: 503 } }'),
    at: [],
  },
  {
    name: 'on another route',
    yaml: routes(
      'orders',
      `- match: [{ uri: { prefix: /test } }]\n  ${DELAY}\n  route: [{ destination: { host: orders } }]\n- timeout: 2s\n  route: [{ destination: { host: orders } }]`,
    ),
    at: [],
  },
])('$name', ({ yaml, at }) => expect(found(faultHidesRetries, [yaml])).toEqual(at));

test('says what does not act', () => {
  const [words] = wordsOf(faultHidesRetries, [route('timeout: 2s', 'retries: { attempts: 2 }', DELAY)]);
  expect(words).toContain('delays 100 % of the requests before Envoy picks a pod: its timeout of 2s and its 2 retries');
});
