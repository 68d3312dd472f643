import { expect, test } from 'vitest';
import { retryAmplification } from '../../../charts-src/check/rules/w305-retry-amplification.ts';
import { found, wordsOf } from '../found.ts';
import { routes } from '../parts.ts';
import { caller, policy } from '../shop-yaml.ts';

const retried = (name: string, attempts: number, retryOn = '503') =>
  routes(
    name,
    `- route: [{ destination: { host: ${name} } }]\n  retries: { attempts: ${attempts}, retryOn: "${retryOn}" }`,
  );

const CHAIN = [caller('web', 'orders'), caller('orders', 'stock'), caller('stock')];
const AT = 'warning VirtualService shop/orders spec.http[0].retries | retries: { attempts: 3, retryOn: "503" }';

test.each([
  { name: 'two calls of four tries', yaml: [...CHAIN, retried('orders', 3), retried('stock', 3)], at: [AT] },
  {
    name: 'tries that hang multiply like answers',
    yaml: [...CHAIN, retried('orders', 3), retried('stock', 3, 'reset')],
    at: [AT],
  },
  { name: 'two calls of three tries', yaml: [...CHAIN, retried('orders', 2), retried('stock', 2)], at: [] },
  { name: 'one call, however many tries', yaml: [...CHAIN, retried('orders', 8)], at: [] },
  {
    name: 'a failure of the last is no reason for another try of the first',
    yaml: [...CHAIN, retried('orders', 3, 'connect-failure'), retried('stock', 3)],
    at: [],
  },
  {
    name: 'limited by a budget',
    yaml: [
      ...CHAIN,
      retried('orders', 3),
      retried('stock', 3),
      policy('stock', 'trafficPolicy: { retryBudget: { percent: 20 } }'),
    ],
    at: [],
  },
  {
    name: 'limited by a number',
    yaml: [
      ...CHAIN,
      retried('orders', 3),
      retried('stock', 3),
      policy('orders', 'trafficPolicy: { connectionPool: { http: { maxRetries: 10 } } }'),
    ],
    at: [],
  },
  {
    name: 'services that do not call each other',
    yaml: [
      caller('web', 'orders', 'stock'),
      caller('orders'),
      caller('stock'),
      retried('orders', 3),
      retried('stock', 3),
    ],
    at: [],
  },
  {
    name: 'a circle is told by W603',
    yaml: [caller('orders', 'stock'), caller('stock', 'orders'), retried('orders', 5), retried('stock', 5)],
    at: [],
  },
])('$name', ({ yaml, at }) => expect(found(retryAmplification, yaml)).toEqual(at));

test('the tries of a gateway count', () => {
  const edge = routes(
    'edge',
    '- route: [{ destination: { host: orders } }]\n  retries: { attempts: 3, retryOn: 5xx }',
    {
      hosts: '[shop.example.com]',
      gateways: '[public]',
    },
  );
  const yaml = [edge, caller('orders', 'stock'), caller('stock'), retried('stock', 3)];
  expect(found(retryAmplification, yaml)).toEqual([
    'warning VirtualService shop/edge spec.http[0].retries | retries: { attempts: 3, retryOn: 5xx }',
  ]);
  expect(wordsOf(retryAmplification, yaml)[0]).toMatch(
    /one request becomes 16: 4 tries of the gateway for orders, times 4 tries of orders -> stock/,
  );
  expect(found(retryAmplification, [edge, caller('orders')])).toEqual([]);
  expect(
    found(retryAmplification, [...yaml, policy('orders', 'trafficPolicy: { retryBudget: { percent: 20 } }')]),
  ).toEqual([]);
});

test('tells a chain once, from where it begins, with the place of every call', () => {
  const yaml = [
    caller('edge', 'web'),
    caller('web', 'orders'),
    caller('orders', 'stock'),
    caller('stock'),
    retried('web', 1),
    retried('orders', 2),
    retried('stock', 2),
  ];
  const words = wordsOf(retryAmplification, yaml);
  expect(words).toHaveLength(1);
  expect(words[0]).toContain('when stock fails, one request becomes 18');
  expect(words[0]).toMatch(/2 tries of edge -> web \(WEB_URL, mesh\.yaml:\d+\), times 3 tries of web -> orders/);
});
