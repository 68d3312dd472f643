import { expect, test } from 'vitest';
import { hostNotInGateway } from '../../../charts-src/check/rules/w142-host-not-in-gateway.ts';
import { codesOf, found, wordsOf } from '../found.ts';
import { gateway, routes } from '../parts.ts';

test.each([
  {
    name: 'none of its hosts',
    mesh: [
      gateway('edge', { hosts: '[a.example.com]' }),
      routes('orders', '- route: [{ destination: { host: a } }]', {
        hosts: '[b.example.com]',
        gateways: `
  - edge/edge`,
      }),
    ],
    finds: ['warning VirtualService shop/orders spec.gateways[0] | - edge/edge'],
  },
  {
    name: 'the host is for another namespace',
    mesh: [
      gateway('edge', { hosts: '["./a.example.com"]' }),
      routes('orders', '- route: [{ destination: { host: a } }]', {
        hosts: '[a.example.com]',
        gateways: `
  - edge/edge`,
      }),
    ],
    finds: ['warning VirtualService shop/orders spec.gateways[0] | - edge/edge'],
  },
  {
    name: 'one of two hosts',
    mesh: [
      gateway('edge', { hosts: '[a.example.com]' }),
      routes('orders', '- route: [{ destination: { host: a } }]', {
        hosts: `
  - a.example.com
  - b.example.com`,
        gateways: '[edge/edge]',
      }),
    ],
    finds: ['warning VirtualService shop/orders spec.hosts[1] | - b.example.com'],
  },
  {
    name: 'a wildcard on either side, a namespace that fits',
    mesh: [
      gateway('edge', { hosts: '["shop/*.example.com"]' }),
      routes('orders', '- route: [{ destination: { host: a } }]', {
        hosts: '[b.example.com]',
        gateways: '[edge/edge]',
      }),
      gateway('two', { hosts: '[a.example.com]' }),
      routes('two', '- route: [{ destination: { host: a } }]', { hosts: '["*"]', gateways: '[edge/two]' }),
    ],
    finds: [],
  },
  {
    name: 'a second host that is for sidecars',
    mesh: [
      gateway('edge', { hosts: '[a.example.com]' }),
      routes('orders', '- route: [{ destination: { host: a } }]', {
        hosts: '[a.example.com, orders]',
        gateways: '[edge/edge, mesh]',
      }),
    ],
    finds: [],
  },
  {
    name: 'a gateway that is not there is W141',
    mesh: [
      routes('orders', '- route: [{ destination: { host: a } }]', {
        hosts: '[a.example.com]',
        gateways: '[edge/edge]',
      }),
    ],
    finds: [],
  },
])('$name', ({ mesh, finds }) => {
  expect(found(hostNotInGateway, mesh)).toEqual(finds);
});

test('it says what was found and how to fix it, and which codes it answers to', () => {
  const mesh = [
    gateway('edge', { hosts: '[a.example.com]' }),
    routes('orders', '- route: [{ destination: { host: a } }]', {
      hosts: '[b.example.com]',
      gateways: `
  - edge/edge`,
    }),
  ];
  expect(wordsOf(hostNotInGateway, mesh)).toEqual([
    'Gateway "edge/edge" has none of the hosts b.example.com for namespace "shop" (it has a.example.com), so it answers 404 for them -> add the hosts to a server of the Gateway, or correct those of the VirtualService',
  ]);
  expect(codesOf(hostNotInGateway, mesh)).toEqual(['IST0132']);
});
