import { expect, test } from 'vitest';
import { envoyFilterIgnored } from '../../../charts-src/check/rules/w568-envoy-filter-ignored.ts';
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
    name: 'REPLACE of a cluster',
    yaml: filter('one', 'REPLACE', 'CLUSTER'),
    hits: ['warning EnvoyFilter shop/one spec.configPatches[0].patch.operation:5'],
  },
  {
    name: 'ADD to a table of routes',
    yaml: filter('one', 'ADD', 'ROUTE_CONFIGURATION'),
    hits: ['warning EnvoyFilter shop/one spec.configPatches[0].patch.operation:5'],
  },
  {
    name: 'REMOVE of a table of routes',
    yaml: filter('one', 'REMOVE', 'ROUTE_CONFIGURATION'),
    hits: ['warning EnvoyFilter shop/one spec.configPatches[0].patch.operation:5'],
  },
  {
    name: 'ADD of a route, which Istio 1.31 does apply',
    yaml: filter('one', 'ADD', 'HTTP_ROUTE'),
    hits: ['info EnvoyFilter shop/one spec.configPatches[0].patch.operation:5'],
  },
  {
    name: 'REPLACE of filters',
    yaml:
      filter('one', 'REPLACE') +
      filter('two', 'REPLACE', 'NETWORK_FILTER') +
      filter('three', 'REPLACE', 'LISTENER_FILTER') +
      filter('four', 'REPLACE', 'VIRTUAL_HOST'),
    hits: [],
  },
  { name: 'ADD of a cluster', yaml: filter('one', 'ADD', 'CLUSTER'), hits: [] },
  { name: 'MERGE', yaml: filter('one', 'MERGE', 'ROUTE_CONFIGURATION'), hits: [] },
])('$name', ({ yaml, hits }) => {
  expect(ruleHits(envoyFilterIgnored, yaml)).toEqual(hits);
});
