import { expect, test } from 'vitest';
import { noTimeout } from '../../../charts-src/check/rules/w330-no-timeout.ts';
import { found, wordsOf } from '../found.ts';
import { object, routes, service } from '../parts.ts';

const TO = 'route: [{ destination: { host: orders } }]';
const AT = 'info VirtualService shop/orders';

test.each([
  { name: 'the only rule', yaml: [routes('orders', `- ${TO}`)], at: [`${AT} spec.http[0] | - ${TO}`] },
  {
    name: 'one of two',
    yaml: [routes('orders', `- timeout: 1s\n  ${TO}\n- name: rest\n  ${TO}`)],
    at: [`${AT} spec.http[1] | - name: rest`],
  },
  { name: 'all have one', yaml: [routes('orders', `- timeout: 1s\n  ${TO}`)], at: [] },
  { name: 'a redirect', yaml: [routes('orders', '- redirect: { uri: /new }')], at: [] },
  {
    name: 'gRPC, whose clients give deadlines',
    yaml: [routes('orders', `- ${TO}`), service('orders', { ports: '[{ name: grpc, port: 80 }]' })],
    at: [],
  },
  {
    name: 'a delegate with the timeout of its root',
    yaml: [
      routes('shop', '- delegate: { name: orders }\n  timeout: 5s'),
      object('VirtualService', 'orders', `http:\n  - ${TO}`),
    ],
    at: [],
  },
])('$name', ({ yaml, at }) => expect(found(noTimeout, yaml)).toEqual(at));

test('is told once a VirtualService', () => {
  const words = wordsOf(noTimeout, [routes('orders', `- ${TO}\n- ${TO}\n- ${TO}`)]);
  expect(words).toHaveLength(1);
  expect(words[0]).toContain('this rule and 2 more');
});
