import { expect, test } from 'vitest';
import { destinationRuleHostUnknown } from '../../../charts-src/check/rules/w109-destination-rule-host-unknown.ts';
import { codesOf, found, wordsOf } from '../found.ts';
import { object, ORDERS } from '../parts.ts';

test.each([
  {
    name: 'no such Service',
    mesh: [
      ORDERS,
      object(
        'DestinationRule',
        'users',
        `host: users
trafficPolicy: { loadBalancer: { simple: RANDOM } }`,
      ),
    ],
    finds: ['warning DestinationRule shop/users spec.host | host: users'],
  },
  {
    name: 'half a name',
    mesh: [
      ORDERS,
      object(
        'DestinationRule',
        'half',
        `host: orders.shop
trafficPolicy: { loadBalancer: { simple: RANDOM } }`,
      ),
    ],
    finds: ['warning DestinationRule shop/half spec.host | host: orders.shop'],
  },
  {
    name: 'a name of the internet',
    mesh: [
      ORDERS,
      object(
        'DestinationRule',
        'pay',
        `host: pay.example.com
trafficPolicy: { loadBalancer: { simple: RANDOM } }`,
      ),
    ],
    finds: ['warning DestinationRule shop/pay spec.host | host: pay.example.com'],
  },
  {
    name: 'a namespace that is not among the files',
    mesh: [
      object(
        'DestinationRule',
        'users',
        `host: users
trafficPolicy: { loadBalancer: { simple: RANDOM } }`,
      ),
    ],
    finds: ['info DestinationRule shop/users spec.host | host: users'],
  },
  {
    name: 'a Service, a wildcard',
    mesh: [
      ORDERS,
      object(
        'DestinationRule',
        'all',
        `host: "*.example.com"
trafficPolicy: { loadBalancer: { simple: RANDOM } }`,
      ),
    ],
    finds: [],
  },
])('$name', ({ mesh, finds }) => {
  expect(found(destinationRuleHostUnknown, mesh)).toEqual(finds);
});

test('it says what was found and how to fix it, and which codes it answers to', () => {
  const mesh = [
    ORDERS,
    object(
      'DestinationRule',
      'users',
      `host: users
trafficPolicy: { loadBalancer: { simple: RANDOM } }`,
    ),
  ];
  expect(wordsOf(destinationRuleHostUnknown, mesh)).toEqual([
    'host "users" (users.shop.svc.cluster.local) is no Service of namespace "shop", so nothing of this rule acts -> name the full host of the Service that is meant',
  ]);
  expect(codesOf(destinationRuleHostUnknown, mesh)).toEqual(['IST0174', 'KIA0202']);
});
