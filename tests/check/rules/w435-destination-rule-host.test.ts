import { expect, test } from 'vitest';
import { destinationRuleHost } from '../../../charts-src/check/rules/w435-destination-rule-host.ts';
import { judged } from '../validation/judged.ts';

test.each<{ readonly name: string; readonly spec: object; readonly at: readonly string[] }>([
  { name: 'an underscore', spec: { host: 'orders_v2' }, at: ['spec.host'] },
  { name: 'nothing', spec: { host: '' }, at: ['spec.host'] },
  { name: 'a wildcard', spec: { host: '*.example.com' }, at: [] },
  {
    name: 'a subset twice',
    spec: { host: 'orders', subsets: [{ name: 'v1' }, { name: 'v1' }] },
    at: ['spec.subsets[1].name'],
  },
  { name: 'a subset without name', spec: { host: 'orders', subsets: [{ name: '' }] }, at: ['spec.subsets[0].name'] },
  { name: 'a subset with a dot', spec: { host: 'orders', subsets: [{ name: 'v1.2' }] }, at: ['spec.subsets[0].name'] },
  {
    name: 'a label that is none',
    spec: { host: 'orders', subsets: [{ name: 'v1', labels: { version: 'v 1' } }] },
    at: ['spec.subsets[0].labels.version'],
  },
  {
    name: 'two subsets',
    spec: { host: 'orders', subsets: [{ name: 'v1', labels: { version: 'v1' } }, { name: 'v2' }] },
    at: [],
  },
])('$name', ({ spec, at }) => {
  expect(judged(destinationRuleHost, 'DestinationRule', spec)).toEqual(at);
});
