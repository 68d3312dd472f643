import { expect, test } from 'vitest';
import { destinationRuleNeverApplies } from '../../../charts-src/check/rules/w110-destination-rule-never-applies.ts';
import { codesOf, found, wordsOf } from '../found.ts';
import { namespace, object, ORDERS, pods, service } from '../parts.ts';

test.each([
  {
    name: 'neither with the host nor with clients',
    mesh: [
      ORDERS,
      object(
        'DestinationRule',
        'orders',
        `host: orders.shop.svc.cluster.local
trafficPolicy: { loadBalancer: { simple: RANDOM } }`,
        'config',
      ),
    ],
    finds: [
      'warning DestinationRule config/orders metadata.namespace | metadata: { name: orders, namespace: config, annotations: {} }',
    ],
  },
  {
    name: 'nobody knows where clients are',
    mesh: [
      service('orders'),
      object(
        'DestinationRule',
        'orders',
        `host: orders.shop.svc.cluster.local
trafficPolicy: { loadBalancer: { simple: RANDOM } }`,
        'config',
      ),
    ],
    finds: [
      'info DestinationRule config/orders metadata.namespace | metadata: { name: orders, namespace: config, annotations: {} }',
    ],
  },
  {
    name: 'with clients',
    mesh: [
      ORDERS,
      namespace('web'),
      pods('front', '{ app: front }', { namespace: 'web' }),
      object(
        'DestinationRule',
        'orders',
        `host: orders.shop.svc.cluster.local
trafficPolicy: { loadBalancer: { simple: RANDOM } }`,
        'web',
      ),
    ],
    finds: [],
  },
  {
    name: 'in the root namespace, for a wildcard, for an unknown host',
    mesh: [
      ORDERS,
      object('DestinationRule', 'root', `host: orders.shop.svc.cluster.local`, 'istio-system'),
      object('DestinationRule', 'all', `host: "*.shop.svc.cluster.local"`, 'config'),
      object('DestinationRule', 'ghost', `host: users.people.svc.cluster.local`, 'config'),
    ],
    finds: [],
  },
])('$name', ({ mesh, finds }) => {
  expect(found(destinationRuleNeverApplies, mesh)).toEqual(finds);
});

test('it says what was found and how to fix it, and which codes it answers to', () => {
  const mesh = [
    ORDERS,
    object(
      'DestinationRule',
      'orders',
      `host: orders.shop.svc.cluster.local
trafficPolicy: { loadBalancer: { simple: RANDOM } }`,
      'config',
    ),
  ];
  expect(wordsOf(destinationRuleNeverApplies, mesh)).toEqual([
    'host "orders.shop.svc.cluster.local" is in namespace "shop" and this rule in "config", whatever it is exported to: only proxies in "config" use it, and the files show none there -> move it to namespace "shop"',
  ]);
  expect(codesOf(destinationRuleNeverApplies, mesh)).toEqual([]);
});
