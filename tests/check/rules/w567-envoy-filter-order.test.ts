import { expect, test } from 'vitest';
import { envoyFilterOrder } from '../../../charts-src/check/rules/w567-envoy-filter-order.ts';
import { ruleHits } from '../rule-hits.ts';
import { object } from '../workload-yaml.ts';

const filter = (name: string, operation: string, applyTo = 'HTTP_FILTER', more = ''): string =>
  object(
    'networking.istio.io/v1alpha3',
    'EnvoyFilter',
    `shop/${name}`,
    `{ ${more}configPatches: [{ applyTo: ${applyTo}, patch: { operation: ${operation}, value: { name: lua } } }] }`,
  );

test.each([
  {
    name: 'before another one',
    yaml: filter('one', 'INSERT_BEFORE') + filter('two', 'INSERT_FIRST'),
    hits: ['warning EnvoyFilter shop/one spec.configPatches[0].patch.operation:5'],
  },
  {
    name: 'the only one',
    yaml: filter('one', 'INSERT_BEFORE'),
    hits: ['info EnvoyFilter shop/one spec.configPatches[0].patch.operation:5'],
  },
  {
    name: 'the only one, written twice',
    yaml: filter('one', 'INSERT_BEFORE') + filter('one', 'INSERT_FIRST'),
    hits: ['info EnvoyFilter shop/one spec.configPatches[0].patch.operation:5'],
  },
  {
    name: 'a priority',
    yaml: filter('one', 'INSERT_BEFORE', 'HTTP_FILTER', 'priority: 10, ') + filter('two', 'INSERT_FIRST'),
    hits: [],
  },
  {
    name: 'at the front, at the end, or merged',
    yaml: filter('one', 'INSERT_FIRST') + filter('two', 'ADD') + filter('three', 'MERGE'),
    hits: [],
  },
  {
    name: 'what is ignored has no order',
    yaml: filter('one', 'REMOVE', 'ROUTE_CONFIGURATION') + filter('two', 'REPLACE', 'CLUSTER'),
    hits: [],
  },
])('$name', ({ yaml, hits }) => {
  expect(ruleHits(envoyFilterOrder, yaml)).toEqual(hits);
});
