import { expect, test } from 'vitest';
import { subsetWithoutPods } from '../../../charts-src/check/rules/w105-subset-without-pods.ts';
import { codesOf, found, wordsOf } from '../found.ts';
import { object, ORDERS, pods, routes, service } from '../parts.ts';

test.each([
  {
    name: 'routed to, with labels that no pod has',
    mesh: [
      ORDERS.replace('version: v2 } }\n', 'version: v9 } }\n'),
      object(
        'DestinationRule',
        'more',
        `host: orders
subsets:
  - name: canary
    labels: { version: canary }`,
      ),
      routes('orders', '- route: [{ destination: { host: orders, subset: canary } }]'),
    ],
    finds: ['error DestinationRule shop/more spec.subsets[0].labels | labels: { version: canary }'],
  },
  {
    name: 'only the pods of another app have the labels',
    mesh: [
      ORDERS,
      pods('users-v3', '{ app: users, version: v3 }'),
      object(
        'DestinationRule',
        'more',
        `host: orders
subsets:
  - name: v3
    labels: { version: v3 }`,
      ),
      routes('orders', '- route: [{ destination: { host: orders, subset: v3 } }]'),
    ],
    finds: ['error DestinationRule shop/more spec.subsets[0].labels | labels: { version: v3 }'],
  },
  {
    name: 'the Service itself selects another version',
    mesh: [
      service('orders', { selector: '{ app: orders, version: v1 }' }),
      pods('orders-v1', '{ app: orders, version: v1 }'),
      pods('orders-v2', '{ app: orders, version: v2 }'),
      object(
        'DestinationRule',
        'orders',
        `host: orders
subsets:
  - name: v2
    labels: { version: v2 }`,
      ),
    ],
    finds: ['warning DestinationRule shop/orders spec.subsets[0].labels | labels: { version: v2 }'],
  },
  {
    name: 'not routed to yet',
    mesh: [
      ORDERS,
      object(
        'DestinationRule',
        'more',
        `host: orders
subsets:
  - name: v3
    labels: { version: v3 }`,
      ),
    ],
    finds: ['info DestinationRule shop/more spec.subsets[0].labels | labels: { version: v3 }'],
  },
  {
    name: 'a weight of 0 is not routed to',
    mesh: [
      ORDERS,
      object(
        'DestinationRule',
        'more',
        `host: orders
subsets:
  - name: v3
    labels: { version: v3 }`,
      ),
      routes(
        'orders',
        '- route: [{ destination: { host: orders, subset: v1 }, weight: 100 }, { destination: { host: orders, subset: v3 }, weight: 0 }]',
      ),
    ],
    finds: ['info DestinationRule shop/more spec.subsets[0].labels | labels: { version: v3 }'],
  },
  {
    name: 'no pods among the files',
    mesh: [
      service('orders'),
      object(
        'DestinationRule',
        'orders',
        `host: orders
subsets:
  - name: v1
    labels: { version: v1 }`,
      ),
    ],
    finds: ['info DestinationRule shop/orders spec.subsets[0].labels | labels: { version: v1 }'],
  },
  {
    name: 'an empty label that Istio sets from the node',
    mesh: [
      ORDERS,
      object(
        'DestinationRule',
        'more',
        `host: orders
subsets:
  - name: nowhere
    labels: { topology.kubernetes.io/zone: "" }`,
      ),
    ],
    finds: ['info DestinationRule shop/more spec.subsets[0].labels | labels: { topology.kubernetes.io/zone: "" }'],
  },
  {
    name: 'endpoints of a ServiceEntry without these labels',
    mesh: [
      object(
        'ServiceEntry',
        'pay',
        `hosts: [pay.example.com]
resolution: STATIC
ports: [{ number: 443, name: tls, protocol: TLS }]
endpoints: [{ address: 10.0.0.1, labels: { region: eu } }]`,
      ),
      object(
        'DestinationRule',
        'pay',
        `host: pay.example.com
subsets:
  - name: us
    labels: { region: us }
  - name: eu
    labels: { region: eu }`,
      ),
    ],
    finds: ['info DestinationRule shop/pay spec.subsets[0].labels | labels: { region: us }'],
  },
  {
    name: 'every subset has pods',
    mesh: [ORDERS, routes('orders', '- route: [{ destination: { host: orders, subset: v1 } }]')],
    finds: [],
  },
  {
    name: 'labels that Istio, Kubernetes or a controller sets',
    mesh: [
      ORDERS,
      object(
        'DestinationRule',
        'more',
        `host: orders
subsets:
  - name: zone
    labels: { topology.kubernetes.io/zone: a, version: v1 }
  - name: hash
    labels: { rollouts-pod-template-hash: abc }`,
      ),
    ],
    finds: [],
  },
  {
    name: 'pods that are WorkloadEntries',
    mesh: [
      ORDERS,
      object(
        'WorkloadEntry',
        'vm',
        `address: 10.0.0.9
labels: { app: orders, version: vm }`,
      ),
      object(
        'DestinationRule',
        'more',
        `host: orders
subsets:
  - name: vm
    labels: { version: vm }`,
      ),
    ],
    finds: [],
  },
  {
    name: 'a Service without selector',
    mesh: [
      object('Service', 'hand', `ports: [{ port: 80, name: http }]`),
      object(
        'DestinationRule',
        'hand',
        `host: hand
subsets:
  - name: v1
    labels: { version: v1 }`,
      ),
    ],
    finds: [],
  },
  {
    name: 'a Service that selects nothing is another finding',
    mesh: [
      service('users'),
      pods('orders', '{ app: orders }'),
      object(
        'DestinationRule',
        'users',
        `host: users
subsets:
  - name: v1
    labels: { version: v1 }`,
      ),
    ],
    finds: [],
  },
])('$name', ({ mesh, finds }) => {
  expect(found(subsetWithoutPods, mesh)).toEqual(finds);
});

test('it says what was found and how to fix it, and which codes it answers to', () => {
  const mesh = [
    ORDERS.replace('version: v2 } }\n', 'version: v9 } }\n'),
    object(
      'DestinationRule',
      'more',
      `host: orders
subsets:
  - name: canary
    labels: { version: canary }`,
    ),
    routes('orders', '- route: [{ destination: { host: orders, subset: canary } }]'),
  ];
  expect(wordsOf(subsetWithoutPods, mesh)).toEqual([
    'subset "canary" (version: canary) selects no pod of its host (its pods have version: v1 or version: v2), so requests that are routed there get 503 -> give the pods of a workload these labels in its template, or correct the labels of the subset',
  ]);
  expect(codesOf(subsetWithoutPods, mesh)).toEqual(['IST0173', 'KIA0203']);
});
