import { expect, test } from 'vitest';
import { oldTlsVersion } from '../../../charts-src/check/rules/w252-old-tls-version.ts';
import { found } from '../found.ts';
import { gateway, mesh } from '../security-mesh.ts';

test.each([
  {
    name: 'TLS 1.0',
    documents: [
      gateway(
        '- { hosts: [www.example.com], port: { number: 80, name: web, protocol: HTTPS }, tls: { mode: SIMPLE, credentialName: www, minProtocolVersion: TLSV1_0, cipherSuites: [ECDHE-RSA-AES128-SHA] } }',
      ),
    ],
    hits: [
      'warning Gateway shop/public spec.servers[0].tls.minProtocolVersion | - { hosts: [www.example.com], port: { number: 80, name: web, protocol: HTTPS }, tls: { mode: SIMPLE, credentialName: www, minProtocolVersion: TLSV1_0, cipherSuites: [ECDHE-RSA-AES128-SHA] } }',
    ],
  },
  {
    name: 'TLS 1.0 that no cipher is there for is W461',
    documents: [
      gateway(
        '- { hosts: [www.example.com], port: { number: 80, name: web, protocol: HTTPS }, tls: { mode: SIMPLE, credentialName: www, minProtocolVersion: TLSV1_0 } }',
      ),
    ],
    hits: [],
  },
  {
    name: 'at most TLS 1.1',
    documents: [
      gateway(
        '- { hosts: [www.example.com], port: { number: 80, name: web, protocol: HTTPS }, tls: { mode: SIMPLE, credentialName: www, maxProtocolVersion: TLSV1_1 } }',
      ),
    ],
    hits: [
      'warning Gateway shop/public spec.servers[0].tls.maxProtocolVersion | - { hosts: [www.example.com], port: { number: 80, name: web, protocol: HTTPS }, tls: { mode: SIMPLE, credentialName: www, maxProtocolVersion: TLSV1_1 } }',
    ],
  },
  {
    name: 'a weak cipher',
    documents: [
      gateway(
        '- { hosts: [www.example.com], port: { number: 80, name: web, protocol: HTTPS }, tls: { mode: SIMPLE, credentialName: www, cipherSuites: [ECDHE-RSA-AES128-GCM-SHA256, DES-CBC3-SHA] } }',
      ),
    ],
    hits: [
      'warning Gateway shop/public spec.servers[0].tls.cipherSuites[1] | - { hosts: [www.example.com], port: { number: 80, name: web, protocol: HTTPS }, tls: { mode: SIMPLE, credentialName: www, cipherSuites: [ECDHE-RSA-AES128-GCM-SHA256, DES-CBC3-SHA] } }',
    ],
  },
  {
    name: 'TLS 1.2',
    documents: [
      gateway(
        '- { hosts: [www.example.com], port: { number: 80, name: web, protocol: HTTPS }, tls: { mode: SIMPLE, credentialName: www, minProtocolVersion: TLSV1_2 } }',
      ),
    ],
    hits: [],
  },
  {
    name: 'nothing',
    documents: [
      gateway(
        '- { hosts: [www.example.com], port: { number: 80, name: web, protocol: HTTPS }, tls: { mode: SIMPLE, credentialName: www, subjectAltNames: [] } }',
      ),
    ],
    hits: [],
  },
])('$name', ({ documents, hits }) => {
  expect(found(oldTlsVersion, [mesh(...documents)])).toEqual(hits);
});
