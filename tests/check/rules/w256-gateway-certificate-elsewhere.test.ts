import { expect, test } from 'vitest';
import { gatewayCertificateElsewhere } from '../../../charts-src/check/rules/w256-gateway-certificate-elsewhere.ts';
import { found } from '../found.ts';
import { gateway, gatewayPods, service } from '../parts.ts';

const secret = (namespace: string, name = 'shop-tls'): string => `---
apiVersion: v1
kind: Secret
metadata: { name: ${name}, namespace: ${namespace} }`;
const made = (apiVersion: string, kind: string, spec: string, namespace: string): string => `---
apiVersion: ${apiVersion}
kind: ${kind}
metadata: { name: shop-tls, namespace: ${namespace} }
spec: ${spec}`;
const TLS = '{ mode: SIMPLE, credentialName: shop-tls }';
const HTTPS = gateway('public', { port: 443, protocol: 'HTTPS', tls: TLS, namespace: 'shop' });
const hit = (severity: string): readonly string[] => [
  `${severity} Gateway shop/public spec.servers[0].tls.credentialName | tls: ${TLS}`,
];

test.each([
  { name: 'beside the Gateway object', mesh: [gatewayPods(), HTTPS, secret('shop')], hits: hit('error') },
  {
    name: 'a Certificate elsewhere',
    mesh: [gatewayPods(), HTTPS, made('cert-manager.io/v1', 'Certificate', '{ secretName: shop-tls }', 'shop')],
    hits: hit('error'),
  },
  { name: 'beside the pods', mesh: [gatewayPods(), HTTPS, secret('edge'), secret('shop')], hits: [] },
  {
    name: 'made there from a secret store',
    mesh: [gatewayPods(), HTTPS, made('external-secrets.io/v1', 'ExternalSecret', '{}', 'edge'), secret('shop')],
    hits: [],
  },
  { name: 'of no file', mesh: [gatewayPods(), HTTPS, secret('edge', 'other')], hits: [] },
  { name: 'pods of no file', mesh: [HTTPS, secret('shop')], hits: [] },
  {
    name: "Istio's own gateway",
    mesh: [
      gateway('public', {
        port: 443,
        protocol: 'HTTPS',
        tls: TLS,
        namespace: 'shop',
        selector: '{ istio: ingressgateway }',
      }),
      secret('shop'),
      service('orders'),
    ],
    hits: hit('warning'),
  },
  {
    name: 'a namespace of gateways, whose pods are of no file',
    mesh: [
      gateway('public', {
        port: 443,
        protocol: 'HTTPS',
        tls: TLS,
        namespace: 'ingress',
        selector: '{ istio: ingressgateway }',
      }),
      secret('ingress'),
    ],
    hits: [],
  },
])('$name', ({ mesh, hits }) => {
  expect(found(gatewayCertificateElsewhere, mesh)).toEqual(hits);
});
