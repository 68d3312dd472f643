import { expect, test } from 'vitest';
import { gatewayNameDotted } from '../../../charts-src/check/rules/w148-gateway-name-dotted.ts';
import { codesOf, found, wordsOf } from '../found.ts';
import { routes } from '../parts.ts';

test.each([
  {
    name: 'named like a host',
    mesh: [
      routes('orders', '- route: [{ destination: { host: a } }]', {
        gateways: `
  - edge.istio-system.svc.cluster.local`,
      }),
    ],
    finds: ['warning VirtualService shop/orders spec.gateways[0] | - edge.istio-system.svc.cluster.local'],
  },
  {
    name: 'with a namespace, without',
    mesh: [routes('orders', '- route: [{ destination: { host: a } }]', { gateways: '[edge/edge, edge, mesh]' })],
    finds: [],
  },
])('$name', ({ mesh, finds }) => {
  expect(found(gatewayNameDotted, mesh)).toEqual(finds);
});

test('it says what was found and how to fix it, and which codes it answers to', () => {
  const mesh = [
    routes('orders', '- route: [{ destination: { host: a } }]', {
      gateways: `
  - edge.istio-system.svc.cluster.local`,
    }),
  ];
  expect(wordsOf(gatewayNameDotted, mesh)).toEqual([
    '"edge.istio-system.svc.cluster.local" has the old form of names of Gateways, and is read as istio-system/edge -> write istio-system/edge',
  ]);
  expect(codesOf(gatewayNameDotted, mesh)).toEqual(['IST0133', 'KIA1108']);
});
