import { expect, test } from 'vitest';
import { hashAcrossSubsets } from '../../../charts-src/check/rules/w334-hash-across-subsets.ts';
import { found } from '../found.ts';
import { routes } from '../parts.ts';
import { policy } from '../shop-yaml.ts';

const SUBSETS = 'subsets:\n  - { name: v1, labels: { version: v1 } }\n  - { name: v2, labels: { version: v2 } }';
const hashed = policy(
  'orders',
  `${SUBSETS}\ntrafficPolicy: { loadBalancer: { consistentHash: { httpHeaderName: x-user } } }`,
);
const split = (weights: readonly number[]) =>
  routes(
    'orders',
    `- name: all\n  route:\n${weights.map((weight, index) => `    - { destination: { host: orders, subset: v${index + 1} }, weight: ${weight} }`).join('\n')}`,
  );

test.each([
  {
    name: 'weights',
    yaml: [split([90, 10]), hashed],
    at: ['warning VirtualService shop/orders spec.http[0].route | route:'],
  },
  { name: 'all to one', yaml: [split([100, 0]), hashed], at: [] },
  { name: 'one destination', yaml: [split([100]), hashed], at: [] },
  {
    name: 'no hash',
    yaml: [split([90, 10]), policy('orders', `${SUBSETS}\ntrafficPolicy: { loadBalancer: { simple: RANDOM } }`)],
    at: [],
  },
  { name: 'no policy', yaml: [split([90, 10])], at: [] },
])('$name', ({ yaml, at }) => expect(found(hashAcrossSubsets, yaml)).toEqual(at));
