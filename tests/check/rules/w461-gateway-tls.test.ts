import { expect, test } from 'vitest';
import { gatewayTls } from '../../../charts-src/check/rules/w461-gateway-tls.ts';
import { judged } from '../validation/judged.ts';

const server = (tls: object | undefined, port: object = {}) => ({
  servers: [{ port: { number: 443, name: 'https', protocol: 'HTTPS', ...port }, hosts: ['*'], ...(tls && { tls }) }],
});
const at = 'spec.servers[0].tls';
const http = { protocol: 'HTTP', name: 'http' };

test.each<{ readonly name: string; readonly spec: object; readonly at: readonly string[] }>([
  { name: 'HTTPS without tls', spec: server(undefined), at: [at] },
  { name: 'HTTP without tls', spec: server(undefined, http), at: [] },
  { name: 'HTTP that redirects', spec: server({ httpsRedirect: true }, http), at: [] },
  { name: 'HTTP with certificates', spec: server({ mode: 'SIMPLE', credentialName: 'a' }, http), at: [at] },
  { name: 'TCP with tls', spec: server({ mode: 'SIMPLE', credentialName: 'a' }, { protocol: 'TCP' }), at: [at] },
  {
    name: 'HTTPS that redirects',
    spec: server({ mode: 'SIMPLE', credentialName: 'a', httpsRedirect: true }),
    at: [`warning: ${at}.httpsRedirect`],
  },
  { name: 'no certificates', spec: server({ mode: 'SIMPLE' }), at: [`${at}.serverCertificate`, `${at}.privateKey`] },
  {
    name: 'nothing that verifies clients',
    spec: server({ mode: 'MUTUAL', serverCertificate: '/c', privateKey: '/k' }),
    at: [`${at}.caCertificates`],
  },
  { name: 'a Secret', spec: server({ mode: 'MUTUAL', credentialName: 'a' }), at: [] },
  { name: 'several Secrets', spec: server({ mode: 'SIMPLE', credentialNames: ['a', 'b'] }), at: [] },
  {
    name: 'files and a Secret',
    spec: server({ mode: 'SIMPLE', serverCertificate: '/c', privateKey: '/k', credentialName: 'a' }),
    at: [`${at}.credentialName`],
  },
  {
    name: 'pairs of files',
    spec: server({
      mode: 'SIMPLE',
      tlsCertificates: [{ serverCertificate: '/c', privateKey: '/k' }, { serverCertificate: '/c' }],
    }),
    at: [`${at}.tlsCertificates[1].privateKey`],
  },
  {
    name: 'certificates of the mesh and a Secret',
    spec: server({ mode: 'ISTIO_MUTUAL', credentialName: 'a' }),
    at: [`${at}.credentialName`],
  },
  {
    name: 'certificates that are not used',
    spec: server({ mode: 'PASSTHROUGH', credentialName: 'a' }, { protocol: 'TLS' }),
    at: [`warning: ${at}.credentialName`],
  },
  {
    name: 'a list of clients that nobody verifies',
    spec: server({ mode: 'SIMPLE', serverCertificate: '/c', privateKey: '/k', caCrl: '/l' }),
    at: [`${at}.caCrl`],
  },
  {
    name: 'ciphers',
    spec: server({
      mode: 'SIMPLE',
      credentialName: 'a',
      cipherSuites: ['AES128-SHA', 'AES128-SHA', 'TLS_AES', '-ALL'],
    }),
    at: [`warning: ${at}.cipherSuites[1]`, `warning: ${at}.cipherSuites[2]`],
  },
  {
    name: 'an old version without ciphers',
    spec: server({ mode: 'SIMPLE', credentialName: 'a', minProtocolVersion: 'TLSV1_0' }),
    at: [`warning: ${at}.minProtocolVersion`],
  },
])('$name', ({ spec, at }) => {
  expect(judged(gatewayTls, 'Gateway', spec)).toEqual(at);
});
