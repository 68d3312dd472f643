import { expect, test } from 'vitest';
import { retriesExceedTimeout } from '../../../charts-src/check/rules/w301-retries-exceed-timeout.ts';
import { found, wordsOf } from '../found.ts';
import { object, routes } from '../parts.ts';

const route = (retries: string, timeout = '10s') =>
  routes('orders', `- route: [{ destination: { host: orders } }]\n  timeout: ${timeout}\n  retries:\n    ${retries}`);

const AT = 'warning VirtualService shop/orders spec.http[0].retries.perTryTimeout';

test.each([
  {
    name: 'four tries in the time of three',
    yaml: route('{ attempts: 3, perTryTimeout: 3s, retryOn: 5xx }'),
    at: [`${AT} | { attempts: 3, perTryTimeout: 3s, retryOn: 5xx }`],
  },
  {
    name: 'under the default conditions too',
    yaml: route('perTryTimeout: 4s\n    attempts: 2'),
    at: [`${AT} | perTryTimeout: 4s`],
  },
  {
    name: 'a try as long as the request',
    yaml: route('{ attempts: 1, perTryTimeout: 10s }'),
    at: [`${AT} | { attempts: 1, perTryTimeout: 10s }`],
  },
  {
    name: 'tries that fit, but not with what is waited between them',
    yaml: route('{ attempts: 3, perTryTimeout: 500ms, backoff: 500ms }', '2s'),
    at: [`${AT} | { attempts: 3, perTryTimeout: 500ms, backoff: 500ms }`],
  },
  {
    name: 'many short tries, whose default waits are longer than they are',
    yaml: route('{ attempts: 10, perTryTimeout: 100ms }', '1100ms'),
    at: [`${AT} | { attempts: 10, perTryTimeout: 100ms }`],
  },
  { name: 'tries that fit exactly', yaml: route('{ attempts: 2, perTryTimeout: 3s }', '9s'), at: [] },
  { name: 'no retries', yaml: route('{ attempts: 0 }'), at: [] },
  { name: 'no time for a try', yaml: route('{ attempts: 3, retryOn: 5xx }'), at: [] },
  {
    name: 'no timeout',
    yaml: routes(
      'orders',
      '- route: [{ destination: { host: orders } }]\n  retries: { attempts: 3, perTryTimeout: 3s }',
    ),
    at: [],
  },
  {
    name: 'a redirect, which is never tried again',
    yaml: routes('orders', '- redirect: { uri: /new }\n  timeout: 1s\n  retries: { attempts: 3, perTryTimeout: 3s }'),
    at: [],
  },
])('$name', ({ yaml, at }) => expect(found(retriesExceedTimeout, [yaml])).toEqual(at));

test('is told where the retries stand: in the root of a delegate', () => {
  const root = routes(
    'shop',
    '- delegate: { name: orders }\n  timeout: 5s\n  retries: { attempts: 2, perTryTimeout: 4s }',
  );
  const delegate = object('VirtualService', 'orders', 'http:\n  - route: [{ destination: { host: orders } }]');
  expect(found(retriesExceedTimeout, [root, delegate])).toEqual([
    'warning VirtualService shop/shop spec.http[0].retries.perTryTimeout | retries: { attempts: 2, perTryTimeout: 4s }',
  ]);
});

test('says how many tries can begin, and what fits', () => {
  const [words] = wordsOf(retriesExceedTimeout, [route('{ attempts: 3, perTryTimeout: 10s, retryOn: 5xx }', '30s')]);
  expect(words).toContain('4 tries of 10s');
  expect(words).toContain('only 3 of them can begin');
  expect(words).toContain('perTryTimeout: 7500ms or less');
});
