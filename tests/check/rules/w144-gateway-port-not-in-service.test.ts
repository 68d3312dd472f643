import { expect, test } from 'vitest';
import { gatewayPortNotInService } from '../../../charts-src/check/rules/w144-gateway-port-not-in-service.ts';
import { codesOf, found, wordsOf } from '../found.ts';
import { gateway, gatewayPods } from '../parts.ts';

test.each([
  {
    name: 'a port that the Service does not have',
    mesh: [gatewayPods(), gateway('edge', { port: 8004 })],
    finds: [
      'warning Gateway edge/edge spec.servers[0].port.number | - port: { number: 8004, name: p8004, protocol: HTTP }',
    ],
  },
  {
    name: 'a Service that selects other pods',
    mesh: [
      gatewayPods().replace('selector: { istio: edge }\n  ports', 'selector: { istio: other }\n  ports'),
      gateway('edge'),
    ],
    finds: [
      'warning Gateway edge/edge spec.servers[0].port.number | - port: { number: 80, name: p80, protocol: HTTP }',
    ],
  },
  {
    name: 'no port of the gateway of Istio',
    mesh: [gateway('edge', { port: 8004, selector: '{ istio: ingressgateway }' })],
    finds: [
      'info Gateway edge/edge spec.servers[0].port.number | - port: { number: 8004, name: p8004, protocol: HTTP }',
    ],
  },
  {
    name: 'the port of the Service, or that of the pods',
    mesh: [
      gatewayPods(),
      gateway('edge'),
      gateway('two', { port: 8080 }),
      gateway('three', { port: 443, selector: '{ istio: ingressgateway }' }),
    ],
    finds: [],
  },
  { name: 'pods that are not among the files', mesh: [gateway('edge', { port: 8004 })], finds: [] },
])('$name', ({ mesh, finds }) => {
  expect(found(gatewayPortNotInService, mesh)).toEqual(finds);
});

test('it says what was found and how to fix it, and which codes it answers to', () => {
  const mesh = [gatewayPods(), gateway('edge', { port: 8004 })];
  expect(wordsOf(gatewayPortNotInService, mesh)).toEqual([
    'no Service leads to port 8004 of the pods of this Gateway (there are 80, 443, 8080, 8443), so nothing arrives there -> add port 8004 to the Service of the gateway, or listen on one that is there',
  ]);
  expect(codesOf(gatewayPortNotInService, mesh)).toEqual(['IST0162']);
});
