import { expect, test } from 'vitest';
import { retriesOfWrites } from '../../../charts-src/check/rules/w304-retries-of-writes.ts';
import { found, wordsOf } from '../found.ts';
import { routes, service } from '../parts.ts';

const RETRIES = 'retries: { attempts: 2, retryOn: "connect-failure,503" }';
const TO = 'route: [{ destination: { host: orders } }]';
const rule = (match = '', retries = RETRIES) => `- ${TO}\n  ${retries}${match === '' ? '' : `\n  match: ${match}`}`;
const at = (index: number) => `warning VirtualService shop/orders spec.http[${index}].retries.retryOn | ${RETRIES}`;

test.each([
  { name: 'whatever the method', http: [rule()], at: [at(0)] },
  { name: 'POST by name', http: [rule('[{ method: { exact: POST } }]')], at: [at(0)] },
  { name: 'POST among others', http: [rule('[{ method: { regex: "GET|POST" } }]')], at: [at(0)] },
  { name: 'a path, whatever the method', http: [rule('[{ uri: { prefix: /api } }]')], at: [at(0)] },
  {
    name: 'POST of other paths was taken before',
    http: [rule('[{ method: { exact: POST }, uri: { prefix: /api } }]', 'timeout: 1s'), rule()],
    at: [at(1)],
  },
  {
    name: 'POST was taken before',
    http: [rule('[{ method: { exact: POST } }]', 'timeout: 1s'), rule()],
    at: [],
  },
  { name: 'methods that can be repeated', http: [rule('[{ method: { regex: "GET|HEAD|PUT" } }]')], at: [] },
  { name: 'the default conditions', http: [rule('', 'retries: { attempts: 2 }')], at: [] },
  {
    name: 'conditions under which nothing has arrived',
    http: [rule('', 'retries: { attempts: 2, retryOn: "connect-failure,refused-stream,429" }')],
    at: [],
  },
  { name: 'no retries', http: [rule('', 'timeout: 1s')], at: [] },
])('$name', ({ http, at: expected }) =>
  expect(found(retriesOfWrites, [routes('orders', http.join('\n'))])).toEqual(expected),
);

test('says nothing of gRPC, where every request is a POST', () => {
  const grpc = service('orders', { ports: '[{ name: grpc, port: 80 }]' });
  expect(found(retriesOfWrites, [routes('orders', rule()), grpc])).toEqual([]);
});

test('says nothing of what weft wrote: its compiler has asked', () => {
  const yaml = routes('orders', rule()).replace('annotations: {}', 'labels: { app.kubernetes.io/managed-by: weft }');
  expect(found(retriesOfWrites, [yaml])).toEqual([]);
});

test('names the conditions', () => {
  expect(wordsOf(retriesOfWrites, [routes('orders', rule())])[0]).toContain(
    'on 503 every request, a POST too, is sent again',
  );
});
