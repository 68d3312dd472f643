import { expect, test } from 'vitest';
import { plainHttpGateway } from '../../../charts-src/check/rules/w250-plain-http-gateway.ts';
import { found } from '../found.ts';
import { gateway, mesh } from '../security-mesh.ts';

test.each([
  {
    name: 'every host',
    documents: [gateway('- { hosts: ["*"], port: { number: 80, name: web, protocol: HTTP } }')],
    hits: [
      'warning Gateway shop/public spec.servers[0].port.protocol | - { hosts: ["*"], port: { number: 80, name: web, protocol: HTTP } }',
    ],
  },
  {
    name: 'one host',
    documents: [gateway('- { hosts: [www.example.com], port: { number: 80, name: web, protocol: HTTP } }')],
    hits: [
      'warning Gateway shop/public spec.servers[0].port.protocol | - { hosts: [www.example.com], port: { number: 80, name: web, protocol: HTTP } }',
    ],
  },
  {
    name: 'HTTP/2',
    documents: [gateway('- { hosts: [www.example.com], port: { number: 80, name: web, protocol: HTTP2 } }')],
    hits: [
      'warning Gateway shop/public spec.servers[0].port.protocol | - { hosts: [www.example.com], port: { number: 80, name: web, protocol: HTTP2 } }',
    ],
  },
  {
    name: 'a redirect',
    documents: [
      gateway(
        '- { hosts: [www.example.com], port: { number: 80, name: web, protocol: HTTP }, tls: { httpsRedirect: true } }',
      ),
    ],
    hits: [],
  },
  {
    name: 'HTTPS',
    documents: [
      gateway(
        '- { hosts: [www.example.com], port: { number: 80, name: web, protocol: HTTPS }, tls: { mode: SIMPLE, credentialName: www } }',
      ),
    ],
    hits: [],
  },
  {
    name: 'TCP',
    documents: [gateway('- { hosts: ["*"], port: { number: 80, name: web, protocol: TCP } }')],
    hits: [],
  },
  {
    name: 'a way out',
    documents: [
      gateway(
        '- { hosts: [www.example.com], port: { number: 80, name: web, protocol: HTTP } }',
        'istio: egressgateway',
      ),
    ],
    hits: [],
  },
])('$name', ({ documents, hits }) => {
  expect(found(plainHttpGateway, [mesh(...documents)])).toEqual(hits);
});
