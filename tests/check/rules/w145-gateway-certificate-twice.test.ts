import { expect, test } from 'vitest';
import { gatewayCertificateTwice } from '../../../charts-src/check/rules/w145-gateway-certificate-twice.ts';
import { codesOf, found, wordsOf } from '../found.ts';
import { gateway } from '../parts.ts';

test.each([
  {
    name: 'one Secret, two Gateways',
    mesh: [
      gateway('a', {
        port: 443,
        protocol: 'HTTPS',
        hosts: '[a.example.com]',
        tls: '{ mode: SIMPLE, credentialName: wild }',
      }),
      gateway('b', {
        port: 443,
        protocol: 'HTTPS',
        hosts: '[b.example.com]',
        tls: '{ mode: SIMPLE, credentialName: wild }',
      }),
    ],
    finds: [
      'warning Gateway edge/a spec.servers[0].tls.credentialName | tls: { mode: SIMPLE, credentialName: wild }',
      'warning Gateway edge/b spec.servers[0].tls.credentialName | tls: { mode: SIMPLE, credentialName: wild }',
    ],
  },
  {
    name: 'one pair of files',
    mesh: [
      gateway('a', {
        port: 443,
        protocol: 'HTTPS',
        hosts: '[a.example.com]',
        tls: '{ mode: SIMPLE, serverCertificate: /c, privateKey: /k }',
      }),
      gateway('b', {
        port: 443,
        protocol: 'HTTPS',
        hosts: '[b.example.com]',
        tls: '{ mode: SIMPLE, serverCertificate: /c, privateKey: /k }',
      }),
    ],
    finds: [
      'warning Gateway edge/a spec.servers[0].tls.serverCertificate | tls: { mode: SIMPLE, serverCertificate: /c, privateKey: /k }',
      'warning Gateway edge/b spec.servers[0].tls.serverCertificate | tls: { mode: SIMPLE, serverCertificate: /c, privateKey: /k }',
    ],
  },
  {
    name: 'other pods, other Secrets, plain HTTP',
    mesh: [
      gateway('a', { port: 443, protocol: 'HTTPS', tls: '{ mode: SIMPLE, credentialName: one }' }),
      gateway('b', {
        port: 443,
        protocol: 'HTTPS',
        selector: '{ istio: other }',
        tls: '{ mode: SIMPLE, credentialName: one }',
      }),
      gateway('c', { port: 443, protocol: 'HTTPS', tls: '{ mode: SIMPLE, credentialName: two }' }),
      gateway('d'),
      gateway('e'),
    ],
    finds: [],
  },
])('$name', ({ mesh, finds }) => {
  expect(found(gatewayCertificateTwice, mesh)).toEqual(finds);
});

test('it says what was found and how to fix it, and which codes it answers to', () => {
  const mesh = [
    gateway('a', {
      port: 443,
      protocol: 'HTTPS',
      hosts: '[a.example.com]',
      tls: '{ mode: SIMPLE, credentialName: wild }',
    }),
    gateway('b', {
      port: 443,
      protocol: 'HTTPS',
      hosts: '[b.example.com]',
      tls: '{ mode: SIMPLE, credentialName: wild }',
    }),
  ];
  expect(wordsOf(gatewayCertificateTwice, mesh)).toEqual([
    'Gateway edge/b has the same certificate "wild": a browser sends requests for hosts of both over one connection, and gets 404 for those of the other -> put all hosts of a certificate into one server of one Gateway',
    'Gateway edge/a has the same certificate "wild": a browser sends requests for hosts of both over one connection, and gets 404 for those of the other -> put all hosts of a certificate into one server of one Gateway',
  ]);
  expect(codesOf(gatewayCertificateTwice, mesh)).toEqual(['IST0138', 'IST0138']);
});
