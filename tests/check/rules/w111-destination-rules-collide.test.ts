import { expect, test } from 'vitest';
import { destinationRulesCollide } from '../../../charts-src/check/rules/w111-destination-rules-collide.ts';
import { codesOf, found, wordsOf } from '../found.ts';
import { object, ORDERS } from '../parts.ts';

test.each([
  {
    name: 'two policies',
    mesh: [
      ORDERS,
      object(
        'DestinationRule',
        'one',
        `host: orders
trafficPolicy: { loadBalancer: { simple: RANDOM } }`,
      ),
      object(
        'DestinationRule',
        'two',
        `host: orders.shop.svc.cluster.local
trafficPolicy:
  loadBalancer: { simple: ROUND_ROBIN }`,
      ),
    ],
    finds: ['warning DestinationRule shop/two spec.trafficPolicy | trafficPolicy:'],
  },
  {
    name: 'one subset twice',
    mesh: [
      ORDERS,
      object(
        'DestinationRule',
        'zwei',
        `host: orders
subsets:
  - { name: v3, labels: { version: v3 } }
  - { name: v1, labels: { version: v1b } }`,
      ),
    ],
    finds: ['warning DestinationRule shop/zwei spec.subsets[1].name | - { name: v1, labels: { version: v1b } }'],
  },
  {
    name: 'different exportTo',
    mesh: [
      ORDERS,
      object(
        'DestinationRule',
        'zwei',
        `host: orders
exportTo: ["."]
subsets:
  - { name: v3, labels: { version: v3 } }`,
      ),
    ],
    finds: ['warning DestinationRule shop/zwei spec.exportTo | exportTo: ["."]'],
  },
  {
    name: 'one adds subsets, the other the policy',
    mesh: [
      ORDERS,
      object(
        'DestinationRule',
        'zwei',
        `host: orders
trafficPolicy: { loadBalancer: { simple: RANDOM } }
subsets: [{ name: v3, labels: { version: v3 } }]`,
      ),
    ],
    finds: [],
  },
  {
    name: 'in two namespaces, for some pods only, the same object twice',
    mesh: [
      ORDERS,
      object(
        'DestinationRule',
        'x',
        `host: orders.shop.svc.cluster.local
subsets: [{ name: v1 }]`,
        'web',
      ),
      object(
        'DestinationRule',
        'y',
        `host: orders
workloadSelector: { matchLabels: { app: a } }
subsets: [{ name: v1 }]`,
      ),
      ORDERS,
    ],
    finds: [],
  },
])('$name', ({ mesh, finds }) => {
  expect(found(destinationRulesCollide, mesh)).toEqual(finds);
});

test('it says what was found and how to fix it, and which codes it answers to', () => {
  const mesh = [
    ORDERS,
    object(
      'DestinationRule',
      'one',
      `host: orders
trafficPolicy: { loadBalancer: { simple: RANDOM } }`,
    ),
    object(
      'DestinationRule',
      'two',
      `host: orders.shop.svc.cluster.local
trafficPolicy:
  loadBalancer: { simple: ROUND_ROBIN }`,
    ),
  ];
  expect(wordsOf(destinationRulesCollide, mesh)).toEqual([
    'DestinationRule shop/one is for the same host "orders.shop.svc.cluster.local", and has a trafficPolicy too: this one is ignored as a whole; which of the two is older, the files do not say -> make one DestinationRule of both',
  ]);
  expect(codesOf(destinationRulesCollide, mesh)).toEqual(['KIA0201']);
});
