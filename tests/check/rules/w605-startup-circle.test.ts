import { expect, test } from 'vitest';
import { startupCircle } from '../../../charts-src/check/rules/w605-startup-circle.ts';
import { found, wordsOf } from '../found.ts';
import { service } from '../parts.ts';
import { deployment } from '../shop-yaml.ts';

const waiting = (name: string, command: string, image = 'busybox:1.37.0') =>
  [
    service(name),
    deployment(name, { pod: { initContainers: [{ name: 'wait', image, command: ['sh', '-c', command] }] } }),
  ].join('\n');
const until = (host: string) => `until nc -z ${host} 80; do sleep 1; done`;
const told = (yaml: readonly string[]) => found(startupCircle, yaml).map((line) => line.replace(/ \| .*$/, ''));
const AT = 'warning Deployment shop/orders spec.template.spec.initContainers[0]';

test.each([
  {
    name: 'each for the other',
    yaml: [waiting('orders', until('stock')), waiting('stock', until('orders.shop.svc'))],
    at: [AT],
  },
  {
    name: 'with a tool',
    yaml: [waiting('orders', 'wait-for stock:80'), waiting('stock', 'wait4x tcp orders:80')],
    at: [AT],
  },
  {
    name: 'one for the other',
    yaml: [waiting('orders', until('stock')), service('stock'), deployment('stock')],
    at: [],
  },
  {
    name: 'init containers that only do something',
    yaml: [waiting('orders', 'curl http://stock/warm-up'), waiting('stock', 'curl http://orders/warm-up')],
    at: [],
  },
  { name: 'for itself', yaml: [waiting('orders', until('orders'))], at: [] },
])('$name', ({ yaml, at }) => expect(told(yaml)).toEqual(at));

test('names who waits for whom', () => {
  expect(wordsOf(startupCircle, [waiting('orders', until('stock')), waiting('stock', until('orders'))])[0]).toMatch(
    /orders waits for stock \(mesh\.yaml:\d+\), stock waits for orders \(mesh\.yaml:\d+\)/,
  );
});
