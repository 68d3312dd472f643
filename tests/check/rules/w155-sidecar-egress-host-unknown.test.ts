import { expect, test } from 'vitest';
import { sidecarEgressHostUnknown } from '../../../charts-src/check/rules/w155-sidecar-egress-host-unknown.ts';
import { codesOf, found, wordsOf } from '../found.ts';
import { object, ORDERS, routes } from '../parts.ts';

test.each([
  {
    name: 'another namespace, half a name, no such Service',
    mesh: [
      ORDERS,
      object(
        'Sidecar',
        'default',
        `egress:
  - hosts:
      - web/orders.shop.svc.cluster.local
      - ./orders.shop
      - shop/orders.shop.svc
      - shop/ordres.shop.svc.cluster.local`,
      ),
    ],
    finds: [
      'warning Sidecar shop/default spec.egress[0].hosts[0] | - web/orders.shop.svc.cluster.local',
      'warning Sidecar shop/default spec.egress[0].hosts[1] | - ./orders.shop',
      'warning Sidecar shop/default spec.egress[0].hosts[2] | - shop/orders.shop.svc',
      'warning Sidecar shop/default spec.egress[0].hosts[3] | - shop/ordres.shop.svc.cluster.local',
    ],
  },
  {
    name: 'hosts that are there, wildcards, exclusions, other namespaces',
    mesh: [
      ORDERS,
      object(
        'Sidecar',
        'default',
        `egress:
  - hosts: [./orders.shop.svc.cluster.local, "*/orders.shop.svc.cluster.local", ./*, istio-system/*, ~shop/ghost.shop.svc.cluster.local, people/users.people.svc.cluster.local, ./api.example.com, ./short]`,
      ),
    ],
    finds: [],
  },
  {
    name: 'the host of a VirtualService',
    mesh: [
      ORDERS,
      routes('virtual', '- route: [{ destination: { host: orders } }]', { hosts: '[virtual.shop.svc.cluster.local]' }),
      object('Sidecar', 'default', `egress: [{ hosts: [./virtual.shop.svc.cluster.local] }]`),
    ],
    finds: [],
  },
])('$name', ({ mesh, finds }) => {
  expect(found(sidecarEgressHostUnknown, mesh)).toEqual(finds);
});

test('it says what was found and how to fix it, and which codes it answers to', () => {
  const mesh = [
    ORDERS,
    object(
      'Sidecar',
      'default',
      `egress:
  - hosts:
      - web/orders.shop.svc.cluster.local
      - ./orders.shop
      - shop/orders.shop.svc
      - shop/ordres.shop.svc.cluster.local`,
    ),
  ];
  expect(wordsOf(sidecarEgressHostUnknown, mesh)).toEqual([
    '"orders.shop.svc.cluster.local" is in namespace "shop", not in "web", so this entry lets nothing in -> write "shop/orders.shop.svc.cluster.local"',
    '"orders.shop" is no full name, and a Sidecar completes none, so this entry lets nothing in -> write "shop/orders.shop.svc.cluster.local"',
    '"orders.shop.svc" is no full name, and a Sidecar completes none, so this entry lets nothing in -> write "shop/orders.shop.svc.cluster.local"',
    'namespace "shop" has no Service "ordres", so this entry lets nothing in -> did you mean "shop/orders.shop.svc.cluster.local"',
  ]);
  expect(codesOf(sidecarEgressHostUnknown, mesh)).toEqual(['KIA1004', 'KIA1004', 'KIA1004', 'KIA1004']);
});
