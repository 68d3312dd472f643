import { expect, test } from 'vitest';
import { unusableGatewayCertificate } from '../../../charts-src/check/rules/w255-unusable-gateway-certificate.ts';
import { found } from '../found.ts';
import { INGRESS, gateway, mesh } from '../security-mesh.ts';

/** A Secret, up to its data. */
const SECRET = `apiVersion: v1
kind: Secret
metadata: { name: www, namespace: istio-system }
`;
/** Self-signed, of a key that was thrown away: until 2090, and until 2020. */
const CERTIFICATE =
  'LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tCk1JSUJKVENCektBREFnRUNBZ0lTWnpBS0JnZ3Foa2pPUFFRREFqQWJNUmt3RndZRFZRUUREQkIzZDNjdWMyaHYKY0M1bGVHRnRjR3hsTUNBWERUSXdNREV3TVRBd01EQXdNRm9ZRHpJd09UQXdNVEF4TURBd01EQXdXakFiTVJrdwpGd1lEVlFRRERCQjNkM2N1YzJodmNDNWxlR0Z0Y0d4bE1Ga3dFd1lIS29aSXpqMENBUVlJS29aSXpqMERBUWNEClFnQUVBL3YzZ0pmd0hvNGRLUjMxWnY5c0VDbDJOUGw3YWJkeGpZY2IrRTBpelpYNDhkT3haMmQzWWM3bUxONUEKSXpWQ01lWDZBOHJYTkRQSjRpQXVvNklJb1RBS0JnZ3Foa2pPUFFRREFnTklBREJGQWlFQXowbnJ6NjRSZEkxeApXYUpNV2F0UmZSSVZjYUM0UVNFRnl5bUhDUnFxMHE0Q0lHVDBwdExlV25RcUFWcnhETzFJNDBNYW9GUVQvYlZZCkVRb1FJYllBT2hGZAotLS0tLUVORCBDRVJUSUZJQ0FURS0tLS0tCg==';
const EXPIRED =
  'LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tCk1JSUJKRENCeXFBREFnRUNBZ0lTWnpBS0JnZ3Foa2pPUFFRREFqQWJNUmt3RndZRFZRUUREQkIzZDNjdWMyaHYKY0M1bGVHRnRjR3hsTUI0WERURTVNREV3TVRBd01EQXdNRm9YRFRJd01ERXdNVEF3TURBd01Gb3dHekVaTUJjRwpBMVVFQXd3UWQzZDNMbk5vYjNBdVpYaGhiWEJzWlRCWk1CTUdCeXFHU000OUFnRUdDQ3FHU000OUF3RUhBMElBCkJBUDc5NENYOEI2T0hTa2Q5V2IvYkJBcGRqVDVlMm0zY1kySEcvaE5JczJWK1BIVHNXZG5kMkhPNWl6ZVFDTTEKUWpIbCtnUEsxelF6eWVJZ0xxT2lDS0V3Q2dZSUtvWkl6ajBFQXdJRFNRQXdSZ0loQU9TNDZIZWFXeU5xNHk4Kwp0TlNWY3o5bXRxTUtzaFl1b2Y5cW51cHExU3U4QWlFQTdlZzBpSStKSDg1L3FnK1UyK0lWQkcramhzaGFzR0czCitFaUpicXBBTmFrPQotLS0tLUVORCBDRVJUSUZJQ0FURS0tLS0tCg==';
const KEY =
  'LS0tLS1CRUdJTiBQUklWQVRFIEtFWS0tLS0tCm5vdCBhIGtleTogdGhlc2UgYXJlIHRlc3RzCi0tLS0tRU5EIFBSSVZBVEUgS0VZLS0tLS0K';

test.each([
  {
    name: 'no keys that Istio reads',
    documents: [
      gateway(
        '- { hosts: [www.example.com], port: { number: 443, name: https, protocol: HTTPS }, tls: { mode: SIMPLE, credentialName: www } }',
      ),
      `apiVersion: v1\nkind: Secret\nmetadata: { name: www, namespace: istio-system }\ntype: kubernetes.io/tls\ndata: { certificate: YQ== }`,
    ],
    hits: [
      'error Gateway shop/public spec.servers[0].tls.credentialName | - { hosts: [www.example.com], port: { number: 443, name: https, protocol: HTTPS }, tls: { mode: SIMPLE, credentialName: www } }',
    ],
  },
  {
    name: 'no private key',
    documents: [
      gateway(
        '- { hosts: [www.example.com], port: { number: 443, name: https, protocol: HTTPS }, tls: { mode: SIMPLE, credentialName: www } }',
      ),
      `${SECRET}data: { tls.crt: ${CERTIFICATE} }`,
    ],
    hits: [
      'error Gateway shop/public spec.servers[0].tls.credentialName | - { hosts: [www.example.com], port: { number: 443, name: https, protocol: HTTPS }, tls: { mode: SIMPLE, credentialName: www } }',
    ],
  },
  {
    name: 'no certificate inside',
    documents: [
      gateway(
        '- { hosts: [www.example.com], port: { number: 443, name: https, protocol: HTTPS }, tls: { mode: SIMPLE, credentialName: www } }',
      ),
      `${SECRET}data: { tls.crt: YQ==, tls.key: YQ== }`,
    ],
    hits: [
      'error Gateway shop/public spec.servers[0].tls.credentialName | - { hosts: [www.example.com], port: { number: 443, name: https, protocol: HTTPS }, tls: { mode: SIMPLE, credentialName: www } }',
    ],
  },
  {
    name: 'a key in place of the certificate',
    documents: [
      gateway(
        '- { hosts: [www.example.com], port: { number: 443, name: https, protocol: HTTPS }, tls: { mode: SIMPLE, credentialName: www } }',
      ),
      `${SECRET}data: { tls.crt: ${KEY}, tls.key: ${KEY} }`,
    ],
    hits: [
      'error Gateway shop/public spec.servers[0].tls.credentialName | - { hosts: [www.example.com], port: { number: 443, name: https, protocol: HTTPS }, tls: { mode: SIMPLE, credentialName: www } }',
    ],
  },
  {
    name: 'expired',
    documents: [
      gateway(
        '- { hosts: [www.example.com], port: { number: 443, name: https, protocol: HTTPS }, tls: { mode: SIMPLE, credentialName: www } }',
      ),
      `${SECRET}data: { tls.crt: ${EXPIRED}, tls.key: ${KEY} }`,
    ],
    hits: [
      'error Gateway shop/public spec.servers[0].tls.credentialName | - { hosts: [www.example.com], port: { number: 443, name: https, protocol: HTTPS }, tls: { mode: SIMPLE, credentialName: www } }',
    ],
  },
  {
    name: 'in the namespace of the pods',
    documents: [
      gateway(
        '- { hosts: [www.example.com], port: { number: 443, name: https, protocol: HTTPS }, tls: { mode: SIMPLE, credentialName: www } }',
      ),
      INGRESS,
      `${SECRET}data: { tls.crt: YQ==, tls.key: YQ== }`,
    ],
    hits: [
      'error Gateway shop/public spec.servers[0].tls.credentialName | - { hosts: [www.example.com], port: { number: 443, name: https, protocol: HTTPS }, tls: { mode: SIMPLE, credentialName: www } }',
    ],
  },
  {
    name: 'a certificate',
    documents: [
      gateway(
        '- { hosts: [www.example.com], port: { number: 443, name: https, protocol: HTTPS }, tls: { mode: SIMPLE, credentialName: www } }',
      ),
      `${SECRET}data: { tls.crt: ${CERTIFICATE}, tls.key: ${KEY} }`,
    ],
    hits: [],
  },
  {
    name: 'under the other names',
    documents: [
      gateway(
        '- { hosts: [www.example.com], port: { number: 443, name: https, protocol: HTTPS }, tls: { mode: SIMPLE, credentialName: www } }',
      ),
      `${SECRET}data: { cert: ${CERTIFICATE}, key: ${KEY} }`,
    ],
    hits: [],
  },
  {
    name: 'as text',
    documents: [
      gateway(
        '- { hosts: [www.example.com], port: { number: 443, name: https, protocol: HTTPS }, tls: { mode: SIMPLE, credentialName: www } }',
      ),
      `${SECRET}stringData: { tls.crt: ${JSON.stringify(atob(CERTIFICATE))}, tls.key: x }`,
    ],
    hits: [],
  },
  {
    name: 'a Secret that is not among the files',
    documents: [
      gateway(
        '- { hosts: [www.example.com], port: { number: 443, name: https, protocol: HTTPS }, tls: { mode: SIMPLE, credentialName: www } }',
      ),
    ],
    hits: [],
  },
  {
    name: 'a Secret that no Gateway names',
    documents: [
      gateway(
        '- { hosts: [www.example.com], port: { number: 443, name: https, protocol: HTTPS }, tls: { mode: SIMPLE, credentialName: www } }',
      ),
      `${SECRET.replace('www', 'other')}data: { a: YQ== }`,
    ],
    hits: [],
  },
])('$name', ({ documents, hits }) => {
  expect(found(unusableGatewayCertificate, [mesh(...documents)])).toEqual(hits);
});
