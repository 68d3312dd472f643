import { expect, test } from 'vitest';
import { graceTooShort } from '../../../charts-src/check/rules/w504-grace-too-short.ts';
import { ruleHits } from '../rule-hits.ts';
import { object, service, workload } from '../workload-yaml.ts';

const route = (timeout: string, host = 'orders'): string =>
  object(
    'networking.istio.io/v1',
    'VirtualService',
    'shop/orders',
    `{ hosts: [orders], http: [{ timeout: ${timeout}, route: [{ destination: { host: ${host} } }] }] }`,
  );

test.each([
  {
    name: 'as short as the pause',
    yaml: workload({
      pod: 'terminationGracePeriodSeconds: 10',
      container: 'lifecycle: { preStop: { sleep: { seconds: 10 } } }',
    }),
    hits: ['warning Deployment shop/orders spec.template.spec.terminationGracePeriodSeconds:14'],
  },
  {
    name: 'the default and a long pause',
    yaml: workload({ container: 'lifecycle: { preStop: { sleep: { seconds: 40 } } }' }),
    hits: ['warning Deployment shop/orders spec.template.spec.terminationGracePeriodSeconds:13'],
  },
  {
    name: 'a pause in a command',
    yaml: workload({
      pod: 'terminationGracePeriodSeconds: 15',
      container: 'lifecycle: { preStop: { exec: { command: [/bin/sh, -c, "nginx -s quit; sleep 20"] } } }',
    }),
    hits: ['warning Deployment shop/orders spec.template.spec.terminationGracePeriodSeconds:14'],
  },
  {
    name: 'a route that lets requests take longer',
    yaml:
      workload({
        pod: 'terminationGracePeriodSeconds: 30',
        container: 'lifecycle: { preStop: { sleep: { seconds: 10 } } }',
      }) +
      service() +
      route('25s'),
    hits: ['warning Deployment shop/orders spec.template.spec.terminationGracePeriodSeconds:14'],
  },
  {
    name: 'a route that lets requests take longer than the default',
    yaml: workload() + service() + route('45s'),
    hits: ['warning Deployment shop/orders spec.template.spec.terminationGracePeriodSeconds:13'],
  },
  {
    name: 'killed at once, with a route',
    yaml: workload({ pod: 'terminationGracePeriodSeconds: 0' }) + service() + route('1s'),
    hits: ['warning Deployment shop/orders spec.template.spec.terminationGracePeriodSeconds:14'],
  },
  {
    name: 'longer than the pause',
    yaml: workload({
      pod: 'terminationGracePeriodSeconds: 11',
      container: 'lifecycle: { preStop: { sleep: { seconds: 10 } } }',
    }),
    hits: [],
  },
  {
    name: 'as long as pause and route together',
    yaml:
      workload({
        pod: 'terminationGracePeriodSeconds: 35',
        container: 'lifecycle: { preStop: { sleep: { seconds: 10 } } }',
      }) +
      service() +
      route('25s'),
    hits: [],
  },
  { name: 'a route to somebody else', yaml: workload() + service() + route('45s', 'stock'), hits: [] },
  {
    name: 'killed at once, with nothing to wait for',
    yaml: workload({ pod: 'terminationGracePeriodSeconds: 0' }),
    hits: [],
  },
])('$name', ({ yaml, hits }) => {
  expect(ruleHits(graceTooShort, yaml)).toEqual(hits);
});
