import { expect, test } from 'vitest';
import { gatewaysConflict } from '../../../charts-src/check/rules/w143-gateways-conflict.ts';
import { codesOf, found, wordsOf } from '../found.ts';
import { gateway, gatewayPods } from '../parts.ts';

test.each([
  {
    name: 'TCP and HTTP on one port',
    mesh: [gateway('a', { protocol: 'TCP' }), gateway('b')],
    finds: [
      'error Gateway edge/a spec.servers[0] | - port: { number: 80, name: p80, protocol: TCP }',
      'error Gateway edge/b spec.servers[0] | - port: { number: 80, name: p80, protocol: HTTP }',
    ],
  },
  {
    name: 'TLS for one host',
    mesh: [
      gateway('a', {
        port: 443,
        protocol: 'HTTPS',
        hosts: '[a.example.com]',
        tls: '{ mode: SIMPLE, credentialName: c }',
      }),
      gateway('b', {
        port: 443,
        protocol: 'HTTPS',
        hosts: '[a.example.com, b.example.com]',
        tls: '{ mode: SIMPLE, credentialName: d }',
      }),
    ],
    finds: [
      'error Gateway edge/a spec.servers[0] | - port: { number: 443, name: p443, protocol: HTTPS }',
      'error Gateway edge/b spec.servers[0] | - port: { number: 443, name: p443, protocol: HTTPS }',
    ],
  },
  {
    name: 'plain HTTP for the same hosts is joined',
    mesh: [gateway('a'), gateway('b')],
    finds: [
      'info Gateway edge/a spec.servers[0] | - port: { number: 80, name: p80, protocol: HTTP }',
      'info Gateway edge/b spec.servers[0] | - port: { number: 80, name: p80, protocol: HTTP }',
    ],
  },
  {
    name: 'selectors that find the same pods',
    mesh: [
      gatewayPods('{ istio: edge, tier: web }'),
      gateway('a', { protocol: 'TCP', selector: '{ istio: edge }' }),
      gateway('b', { selector: '{ tier: web }' }),
    ],
    finds: [
      'error Gateway edge/a spec.servers[0] | - port: { number: 80, name: p80, protocol: TCP }',
      'error Gateway edge/b spec.servers[0] | - port: { number: 80, name: p80, protocol: HTTP }',
    ],
  },
  {
    name: 'other hosts of TLS, other ports, other pods, other addresses',
    mesh: [
      gateway('a', {
        port: 443,
        protocol: 'HTTPS',
        hosts: '[a.example.com]',
        tls: '{ mode: SIMPLE, credentialName: c }',
      }),
      gateway('b', {
        port: 443,
        protocol: 'HTTPS',
        hosts: '[b.example.com]',
        tls: '{ mode: SIMPLE, credentialName: d }',
      }),
      gateway('c', { port: 81 }),
      gateway('d', { port: 443, protocol: 'TCP', selector: '{ istio: other }' }),
    ],
    finds: [],
  },
  {
    name: 'plain HTTP for other hosts',
    mesh: [gateway('a', { hosts: '[a.example.com]' }), gateway('b', { hosts: '[b.example.com]' })],
    finds: [],
  },
])('$name', ({ mesh, finds }) => {
  expect(found(gatewaysConflict, mesh)).toEqual(finds);
});

test('it says what was found and how to fix it, and which codes it answers to', () => {
  const mesh = [gateway('a', { protocol: 'TCP' }), gateway('b')];
  expect(wordsOf(gatewaysConflict, mesh)).toEqual([
    'Gateway edge/b opens port 80 of the same pods too, for HTTP where this one is for TCP: Istio keeps the older server and leaves the other one out -> give each protocol a port of its own',
    'Gateway edge/a opens port 80 of the same pods too, for TCP where this one is for HTTP: Istio keeps the older server and leaves the other one out -> give each protocol a port of its own',
  ]);
  expect(codesOf(gatewaysConflict, mesh)).toEqual(['IST0145', 'KIA0301', 'IST0145', 'KIA0301']);
});
