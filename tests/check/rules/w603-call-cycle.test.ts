import { expect, test } from 'vitest';
import { callCycle } from '../../../charts-src/check/rules/w603-call-cycle.ts';
import { found, wordsOf } from '../found.ts';
import { routes, service } from '../parts.ts';
import { caller, deployment, document } from '../shop-yaml.ts';

const at = (name: string) => `warning Deployment shop/${name} spec.template.spec.containers[0].env[0]`;
const told = (yaml: readonly string[]) => found(callCycle, yaml).map((line) => line.replace(/ \| .*$/, ''));

test.each([
  { name: 'two that call each other', yaml: [caller('a', 'b'), caller('b', 'a')], at: [at('a')] },
  { name: 'three in a circle', yaml: [caller('c', 'a'), caller('a', 'b'), caller('b', 'c')], at: [at('a')] },
  {
    name: 'two circles',
    yaml: [caller('a', 'b'), caller('b', 'a'), caller('u', 'v', 'a'), caller('v', 'u')],
    at: [at('a'), at('u')],
  },
  { name: 'no circle', yaml: [caller('a', 'b', 'c'), caller('b', 'c'), caller('c')], at: [] },
  { name: 'itself', yaml: [caller('a', 'a')], at: [] },
  {
    name: 'an address for browsers',
    yaml: [caller('a', 'b'), service('b'), deployment('b', { env: { CORS_ALLOWED_ORIGIN: 'http://a' } })],
    at: [],
  },
  {
    name: 'what is sent to a broker',
    yaml: [
      service('a'),
      deployment('a', { env: { KAFKA_BROKERS: 'kafka:9092' } }),
      service('kafka', { ports: '[{ name: tcp, port: 9092 }]' }),
      deployment('kafka', { image: 'apache/kafka:4.0.0', env: { CONSUMER_URL: 'http://a' } }),
    ],
    at: [],
  },
])('$name', ({ yaml, at: expected }) => expect(told(yaml)).toEqual(expected));

test('addresses of all services, given to all of them, say of none whom it calls', () => {
  const urls = document({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'service-urls', namespace: 'shop' },
    data: { A_URL: 'http://a', B_URL: 'http://b' },
  });
  const all = { container: { envFrom: [{ configMapRef: { name: 'service-urls' } }] } };
  const pair = (name: string, more: object) => [service(name), deployment(name, more)].join('\n');
  expect(told([urls, pair('a', all), pair('b', all)])).toEqual([]);
  const one = (key: string) => ({ env: { [key]: { configMapKeyRef: { name: 'service-urls', key } } } });
  expect(told([urls, pair('a', one('B_URL')), pair('b', one('A_URL'))])).toEqual([at('a')]);
});

test('names the calls, and says when nothing ends them', () => {
  const circle = [caller('a', 'b'), caller('b', 'a')];
  const endless = wordsOf(callCycle, circle)[0];
  expect(endless).toMatch(/^a -> b \(B_URL, mesh\.yaml:\d+\), b -> a \(A_URL, mesh\.yaml:\d+\): /);
  expect(endless).toContain('none of these calls has a timeout');
  const timed = routes('b', '- route: [{ destination: { host: b } }]\n  timeout: 1s');
  expect(wordsOf(callCycle, [...circle, timed])[0]).not.toContain('none of these calls has a timeout');
});
