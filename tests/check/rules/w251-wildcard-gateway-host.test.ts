import { expect, test } from 'vitest';
import { wildcardGatewayHost } from '../../../charts-src/check/rules/w251-wildcard-gateway-host.ts';
import { found } from '../found.ts';
import { gateway, mesh } from '../security-mesh.ts';

test.each([
  {
    name: 'every host',
    documents: [
      gateway(
        '- { hosts: ["*"], port: { number: 80, name: web, protocol: HTTPS }, tls: { mode: SIMPLE, credentialName: www } }',
      ),
    ],
    hits: [
      'warning Gateway shop/public spec.servers[0].hosts[0] | - { hosts: ["*"], port: { number: 80, name: web, protocol: HTTPS }, tls: { mode: SIMPLE, credentialName: www } }',
    ],
  },
  {
    name: 'beside others',
    documents: [
      gateway(
        '- { hosts: [www.example.com, "*"], port: { number: 80, name: web, protocol: HTTPS }, tls: { mode: SIMPLE, credentialName: www } }',
      ),
    ],
    hits: [
      'warning Gateway shop/public spec.servers[0].hosts[1] | - { hosts: [www.example.com, "*"], port: { number: 80, name: web, protocol: HTTPS }, tls: { mode: SIMPLE, credentialName: www } }',
    ],
  },
  {
    name: 'passed through',
    documents: [
      gateway('- { hosts: ["*"], port: { number: 80, name: web, protocol: TLS }, tls: { mode: PASSTHROUGH } }'),
    ],
    hits: [
      'info Gateway shop/public spec.servers[0].hosts[0] | - { hosts: ["*"], port: { number: 80, name: web, protocol: TLS }, tls: { mode: PASSTHROUGH } }',
    ],
  },
  {
    name: 'a VirtualService whose Gateway is not among the files',
    documents: [
      `apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: { name: members, namespace: shop }\nspec:\n  hosts: ["*"]\n  gateways: [edge/public]\n  http:\n    - match:\n        - headers: { "x-a": { exact: members } }\n      route: [{ destination: { host: orders } }]`,
    ],
    hits: ['info VirtualService shop/members spec.hosts[0] | hosts: ["*"]'],
  },
  {
    name: 'one host',
    documents: [
      gateway(
        '- { hosts: [www.example.com], port: { number: 80, name: web, protocol: HTTPS }, tls: { mode: SIMPLE, credentialName: www } }',
      ),
    ],
    hits: [],
  },
  {
    name: 'hosts of a domain',
    documents: [
      gateway(
        '- { hosts: ["*.example.com"], port: { number: 80, name: web, protocol: HTTPS }, tls: { mode: SIMPLE, credentialName: www } }',
      ),
    ],
    hits: [],
  },
  {
    name: 'every host, for one namespace',
    documents: [
      gateway(
        '- { hosts: ["shop/*"], port: { number: 80, name: web, protocol: HTTPS }, tls: { mode: SIMPLE, credentialName: www } }',
      ),
    ],
    hits: [],
  },
  {
    name: 'plain HTTP is W250',
    documents: [gateway('- { hosts: ["*"], port: { number: 80, name: web, protocol: HTTP } }')],
    hits: [],
  },
  {
    name: 'between clusters',
    documents: [
      gateway('- { hosts: ["*"], port: { number: 80, name: web, protocol: TLS }, tls: { mode: AUTO_PASSTHROUGH } }'),
    ],
    hits: [],
  },
  {
    name: 'a VirtualService at a Gateway with exact hosts',
    documents: [
      gateway(
        '- { hosts: [www.example.com], port: { number: 80, name: web, protocol: HTTPS }, tls: { mode: SIMPLE, credentialName: www } }',
      ),
      `apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: { name: members, namespace: shop }\nspec:\n  hosts: ["*"]\n  gateways: [public]\n  http:\n    - match:\n        - headers: { "x-a": { exact: members } }\n      route: [{ destination: { host: orders } }]`,
    ],
    hits: [],
  },
])('$name', ({ documents, hits }) => {
  expect(found(wildcardGatewayHost, [mesh(...documents)])).toEqual(hits);
});
