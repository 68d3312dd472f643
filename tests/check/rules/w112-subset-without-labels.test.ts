import { expect, test } from 'vitest';
import { subsetWithoutLabels } from '../../../charts-src/check/rules/w112-subset-without-labels.ts';
import { codesOf, found, wordsOf } from '../found.ts';
import { object, ORDERS } from '../parts.ts';

test.each([
  {
    name: 'beside one with labels',
    mesh: [
      object(
        'DestinationRule',
        'orders',
        `host: orders
subsets:
  - { name: v1, labels: { version: v1 } }
  - { name: v2 }
  - { name: v3, labels: {} }`,
      ),
    ],
    finds: [
      'warning DestinationRule shop/orders spec.subsets[1] | - { name: v2 }',
      'warning DestinationRule shop/orders spec.subsets[2] | - { name: v3, labels: {} }',
    ],
  },
  {
    name: 'with a policy of its own, or alone',
    mesh: [
      object(
        'DestinationRule',
        'orders',
        `host: orders
subsets:
  - { name: v1, labels: { version: v1 } }
  - { name: sticky, trafficPolicy: { loadBalancer: { simple: RANDOM } } }`,
      ),
      object(
        'DestinationRule',
        'users',
        `host: users
subsets:
  - { name: all }`,
      ),
    ],
    finds: [
      'info DestinationRule shop/orders spec.subsets[1] | - { name: sticky, trafficPolicy: { loadBalancer: { simple: RANDOM } } }',
      'info DestinationRule shop/users spec.subsets[0] | - { name: all }',
    ],
  },
  { name: 'labels everywhere', mesh: [ORDERS], finds: [] },
])('$name', ({ mesh, finds }) => {
  expect(found(subsetWithoutLabels, mesh)).toEqual(finds);
});

test('it says what was found and how to fix it, and which codes it answers to', () => {
  const mesh = [
    object(
      'DestinationRule',
      'orders',
      `host: orders
subsets:
  - { name: v1, labels: { version: v1 } }
  - { name: v2 }
  - { name: v3, labels: {} }`,
    ),
  ];
  expect(wordsOf(subsetWithoutLabels, mesh)).toEqual([
    'subset "v2" has no labels, so what is routed to it reaches every pod of "orders" -> add the labels of its pods, such as labels: { version: v2 }',
    'subset "v3" has no labels, so what is routed to it reaches every pod of "orders" -> add the labels of its pods, such as labels: { version: v3 }',
  ]);
  expect(codesOf(subsetWithoutLabels, mesh)).toEqual(['KIA0209', 'KIA0209']);
});
