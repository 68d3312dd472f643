import { expect, test } from 'vitest';
import { gatewayWithoutPods } from '../../../charts-src/check/rules/w140-gateway-without-pods.ts';
import { codesOf, found, wordsOf } from '../found.ts';
import { gateway, gatewayPods, object } from '../parts.ts';

test.each([
  {
    name: 'a slip, beside the proxy of a gateway',
    mesh: [
      gatewayPods(),
      object(
        'Gateway',
        'edge',
        `selector: { istio: egde }
servers: []`,
      ),
    ],
    finds: ['error Gateway shop/edge spec.selector.istio | selector: { istio: egde }'],
  },
  {
    name: 'no proxies of gateways among the files',
    mesh: [
      object(
        'Gateway',
        'edge',
        `selector: { istio: ingresstypo }
servers: []`,
      ),
    ],
    finds: ['warning Gateway shop/edge spec.selector.istio | selector: { istio: ingresstypo }'],
  },
  {
    name: 'the one of Istio, where the proxy of the files serves no Gateway',
    mesh: [
      gatewayPods(),
      object(
        'Gateway',
        'edge',
        `selector: { istio: ingressgateway }
servers: []`,
      ),
    ],
    finds: ['warning Gateway shop/edge spec.selector.istio | selector: { istio: ingressgateway }'],
  },
  {
    name: 'the one of Istio, where another one is among the files',
    mesh: [
      gatewayPods(),
      gateway('served'),
      object(
        'Gateway',
        'edge',
        `selector: { istio: ingressgateway }
servers: []`,
      ),
    ],
    finds: ['info Gateway shop/edge spec.selector.istio | selector: { istio: ingressgateway }'],
  },
  { name: 'pods that are there', mesh: [gatewayPods(), gateway('edge')], finds: [] },
  {
    name: 'the one of Istio, and no selector',
    mesh: [
      gateway('edge', { selector: '{ istio: ingressgateway }' }),
      object(
        'Gateway',
        'all',
        `selector: {}
servers: []`,
      ),
    ],
    finds: [],
  },
])('$name', ({ mesh, finds }) => {
  expect(found(gatewayWithoutPods, mesh)).toEqual(finds);
});

test('it says what was found and how to fix it, and which codes it answers to', () => {
  const mesh = [
    gatewayPods(),
    object(
      'Gateway',
      'edge',
      `selector: { istio: egde }
servers: []`,
    ),
  ];
  expect(wordsOf(gatewayWithoutPods, mesh)).toEqual([
    'no pods among the files have the labels istio: egde, so nobody opens the ports of this Gateway -> did you mean istio: edge',
  ]);
  expect(codesOf(gatewayWithoutPods, mesh)).toEqual(['IST0101', 'KIA0302']);
});
