import { expect, test } from 'vitest';
import { sidecarIngress } from '../../../charts-src/check/rules/w471-sidecar-ingress.ts';
import { judged } from '../validation/judged.ts';

const listen = (more: object, port: object = {}) => ({
  ingress: [{ port: { number: 8080, name: 'http', protocol: 'HTTP', ...port }, ...more }],
});
const at = 'spec.ingress[0]';
const https = { protocol: 'HTTPS' };
const files = { serverCertificate: '/c', privateKey: '/k' };

test.each<{ readonly name: string; readonly spec: object; readonly at: readonly string[] }>([
  { name: 'an ordinary one', spec: listen({ defaultEndpoint: '127.0.0.1:9080' }), at: [] },
  { name: 'the same address, IPv6', spec: listen({ defaultEndpoint: '[::1]:9080' }), at: [] },
  { name: 'any address', spec: listen({ defaultEndpoint: ':9080' }), at: [] },
  { name: 'a socket', spec: listen({ defaultEndpoint: 'unix:///run/a.sock' }), at: [] },
  { name: 'a socket without a file', spec: listen({ defaultEndpoint: 'unix:///run/' }), at: [`${at}.defaultEndpoint`] },
  { name: 'another pod', spec: listen({ defaultEndpoint: '10.0.0.1:9080' }), at: [`${at}.defaultEndpoint`] },
  { name: 'a name', spec: listen({ defaultEndpoint: 'localhost:9080' }), at: [`${at}.defaultEndpoint`] },
  { name: 'no port', spec: listen({ defaultEndpoint: '127.0.0.1' }), at: [`${at}.defaultEndpoint`] },
  { name: 'a port that is none', spec: listen({ defaultEndpoint: '127.0.0.1:70000' }), at: [`${at}.defaultEndpoint`] },
  { name: 'port 0', spec: listen({}, { number: 0 }), at: [`${at}.port.number`] },
  { name: 'a protocol that there is not', spec: listen({}, { protocol: 'AMQP' }), at: [`${at}.port.protocol`] },
  { name: 'a targetPort', spec: listen({}, { targetPort: 80 }), at: [`${at}.port.targetPort`] },
  { name: 'a name that is none', spec: listen({}, { name: 'http_1' }), at: [`${at}.port.name`] },
  { name: 'an address that is none', spec: listen({ bind: 'eth0' }), at: [`${at}.bind`] },
  {
    name: 'one port twice',
    spec: { ingress: [{ port: { number: 80 } }, { port: { number: 80 } }] },
    at: ['spec.ingress[1].port.number'],
  },
  { name: 'tls on HTTP', spec: listen({ tls: { mode: 'SIMPLE', ...files } }), at: [`${at}.tls`] },
  { name: 'tls', spec: listen({ tls: { mode: 'SIMPLE', ...files } }, https), at: [] },
  {
    name: 'tls of a Secret',
    spec: listen({ tls: { mode: 'SIMPLE', credentialName: 'a' } }, https),
    at: [`${at}.tls.credentialName`],
  },
  { name: 'tls of the mesh', spec: listen({ tls: { mode: 'ISTIO_MUTUAL' } }, https), at: [`${at}.tls.mode`] },
  {
    name: 'tls that redirects',
    spec: listen({ tls: { mode: 'SIMPLE', httpsRedirect: true, ...files } }, https),
    at: [`${at}.tls.httpsRedirect`],
  },
  {
    name: 'limits of HTTP on TCP',
    spec: listen({ connectionPool: { http: { maxRetries: 1 } } }, { protocol: 'TCP' }),
    at: [`warning: ${at}.connectionPool.http`],
  },
])('$name', ({ spec, at }) => {
  expect(judged(sidecarIngress, 'Sidecar', spec)).toEqual(at);
});
