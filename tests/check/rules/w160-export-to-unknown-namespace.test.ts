import { expect, test } from 'vitest';
import { exportToUnknownNamespace } from '../../../charts-src/check/rules/w160-export-to-unknown-namespace.ts';
import { codesOf, found, wordsOf } from '../found.ts';
import { namespace, object, service } from '../parts.ts';

test.each([
  {
    name: 'a slip',
    mesh: [
      namespace('shop'),
      namespace('web'),
      service('orders', { exportTo: '., wbe' }),
      object(
        'VirtualService',
        'orders',
        `hosts: [orders]
exportTo: [".", wbe]`,
      ),
      object(
        'DestinationRule',
        'orders',
        `host: orders
exportTo: [nowhere-near]`,
      ),
    ],
    finds: [
      'warning Service shop/orders metadata.annotations["networking.istio.io/exportTo"] | metadata: { name: orders, namespace: shop, annotations: { networking.istio.io/exportTo: "., wbe" } }',
      'warning VirtualService shop/orders spec.exportTo[1] | exportTo: [".", wbe]',
      'warning DestinationRule shop/orders spec.exportTo[0] | exportTo: [nowhere-near]',
    ],
  },
  {
    name: 'no namespaces are declared',
    mesh: [
      object(
        'DestinationRule',
        'orders',
        `host: orders
exportTo: [people]`,
      ),
    ],
    finds: ['info DestinationRule shop/orders spec.exportTo[0] | exportTo: [people]'],
  },
  {
    name: 'all that is there',
    mesh: [
      namespace('shop'),
      namespace('web'),
      object(
        'ServiceEntry',
        'x',
        `hosts: [x.example.com]
exportTo: [".", web, istio-system]`,
      ),
      object(
        'VirtualService',
        'y',
        `hosts: [orders]
exportTo: ["*"]`,
      ),
    ],
    finds: [],
  },
])('$name', ({ mesh, finds }) => {
  expect(found(exportToUnknownNamespace, mesh)).toEqual(finds);
});

test('it says what was found and how to fix it, and which codes it answers to', () => {
  const mesh = [
    namespace('shop'),
    namespace('web'),
    service('orders', { exportTo: '., wbe' }),
    object(
      'VirtualService',
      'orders',
      `hosts: [orders]
exportTo: [".", wbe]`,
    ),
    object(
      'DestinationRule',
      'orders',
      `host: orders
exportTo: [nowhere-near]`,
    ),
  ];
  expect(wordsOf(exportToUnknownNamespace, mesh)).toEqual([
    'namespace "wbe" is not among the files, so nobody there sees this -> did you mean web',
    'namespace "nowhere-near" is not among the files, so nobody there sees this as far as they tell -> name a namespace that exists, or check its folder together with this one',
    'namespace "wbe" is not among the files, so nobody there sees this -> did you mean web',
  ]);
  expect(codesOf(exportToUnknownNamespace, mesh)).toEqual(['KIA0005', 'KIA0005', 'KIA0005']);
});
