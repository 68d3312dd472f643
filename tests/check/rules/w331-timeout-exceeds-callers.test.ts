import { expect, test } from 'vitest';
import { timeoutExceedsCallers } from '../../../charts-src/check/rules/w331-timeout-exceeds-callers.ts';
import { found, wordsOf } from '../found.ts';
import { routes } from '../parts.ts';
import { caller } from '../shop-yaml.ts';

const timed = (name: string, timeout: string) =>
  routes(name, `- route: [{ destination: { host: ${name} } }]\n  timeout: ${timeout}`);
const CHAIN = [caller('web', 'orders'), caller('orders', 'stock'), caller('stock')];
const AT = 'warning VirtualService shop/stock spec.http[0].timeout | timeout:';

test.each([
  { name: 'longer', yaml: [...CHAIN, timed('orders', '3s'), timed('stock', '5s')], at: [`${AT} 5s`] },
  { name: 'as long', yaml: [...CHAIN, timed('orders', '3s'), timed('stock', '3s')], at: [] },
  { name: 'the callers wait for ever', yaml: [...CHAIN, timed('stock', '5s')], at: [] },
  { name: 'nothing is said of what is called', yaml: [...CHAIN, timed('orders', '3s')], at: [] },
  {
    name: 'one of several callers waits long enough',
    yaml: [
      ...CHAIN,
      caller('batch', 'orders'),
      routes(
        'orders',
        '- match: [{ sourceLabels: { app: batch } }]\n  route: [{ destination: { host: orders } }]\n  timeout: 60s\n- route: [{ destination: { host: orders } }]\n  timeout: 3s',
      ),
      timed('stock', '5s'),
    ],
    at: [],
  },
  {
    name: 'the rule of another caller is not meant',
    yaml: [
      ...CHAIN,
      timed('orders', '3s'),
      routes(
        'stock',
        '- match: [{ sourceLabels: { app: batch } }]\n  route: [{ destination: { host: stock } }]\n  timeout: 60s\n- route: [{ destination: { host: stock } }]\n  timeout: 2s',
      ),
    ],
    at: [],
  },
  { name: 'nobody calls it', yaml: [caller('orders', 'stock'), caller('stock'), timed('stock', '50s')], at: [] },
])('$name', ({ yaml, at }) => expect(found(timeoutExceedsCallers, yaml)).toEqual(at));

test('names both calls, and what says that they are made', () => {
  expect(wordsOf(timeoutExceedsCallers, [...CHAIN, timed('orders', '3s'), timed('stock', '5s')])[0]).toMatch(
    /orders -> stock \(STOCK_URL, mesh\.yaml:\d+\) may take 5s, and web -> orders \(ORDERS_URL, mesh\.yaml:\d+\) is given up after 3s/,
  );
});
