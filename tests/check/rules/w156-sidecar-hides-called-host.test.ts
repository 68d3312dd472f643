import { expect, test } from 'vitest';
import { sidecarHidesCalledHost } from '../../../charts-src/check/rules/w156-sidecar-hides-called-host.ts';
import { codesOf, found, wordsOf } from '../found.ts';
import { object, ORDERS, pods } from '../parts.ts';

test.each([
  {
    name: 'an address in its environment',
    mesh: [
      ORDERS,
      pods('front', '{ app: front }', { env: '[{ name: ORDERS_URL, value: "http://orders.shop" }]' }),
      object(
        'Sidecar',
        'front',
        `workloadSelector: { labels: { app: front } }
egress:
  - hosts: [istio-system/*]`,
      ),
    ],
    finds: ['warning Sidecar shop/front spec.egress | egress:'],
  },
  {
    name: 'nothing else may leave',
    mesh: [
      ORDERS,
      pods('front', '{ app: front }', { env: '[{ name: ORDERS_URL, value: "http://orders" }]' }),
      object(
        'Sidecar',
        'front',
        `workloadSelector: { labels: { app: front } }
outboundTrafficPolicy: { mode: REGISTRY_ONLY }
egress:
  - hosts: [istio-system/*]`,
      ),
    ],
    finds: ['error Sidecar shop/front spec.egress | egress:'],
  },
  {
    name: 'it is let in',
    mesh: [
      ORDERS,
      pods('front', '{ app: front }', { env: '[{ name: ORDERS_URL, value: "http://orders.shop" }]' }),
      object(
        'Sidecar',
        'front',
        `workloadSelector: { labels: { app: front } }
egress: [{ hosts: [./orders.shop.svc.cluster.local] }]`,
      ),
    ],
    finds: [],
  },
  {
    name: 'no Sidecar for these pods, no calls',
    mesh: [
      ORDERS,
      pods('front', '{ app: front }', { env: '[{ name: ORDERS_URL, value: "http://orders.shop" }]' }),
      object(
        'Sidecar',
        'other',
        `workloadSelector: { labels: { app: other } }
egress: [{ hosts: [istio-system/*] }]`,
      ),
    ],
    finds: [],
  },
])('$name', ({ mesh, finds }) => {
  expect(found(sidecarHidesCalledHost, mesh)).toEqual(finds);
});

test('it says what was found and how to fix it, and which codes it answers to', () => {
  const mesh = [
    ORDERS,
    pods('front', '{ app: front }', { env: '[{ name: ORDERS_URL, value: "http://orders.shop" }]' }),
    object(
      'Sidecar',
      'front',
      `workloadSelector: { labels: { app: front } }
egress:
  - hosts: [istio-system/*]`,
    ),
  ];
  expect(wordsOf(sidecarHidesCalledHost, mesh)).toEqual([
    'Deployment shop/front calls orders.shop.svc.cluster.local (ORDERS_URL: spec.template.spec.containers[0].env[0] of Deployment shop/front), which this Sidecar does not let in: its proxy passes the requests on without routes, retries and mutual TLS -> add "shop/orders.shop.svc.cluster.local" to the hosts of spec.egress',
  ]);
  expect(codesOf(sidecarHidesCalledHost, mesh)).toEqual([]);
});
