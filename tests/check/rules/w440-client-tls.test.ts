import { expect, test } from 'vitest';
import { clientTls } from '../../../charts-src/check/rules/w440-client-tls.ts';
import { judged } from '../validation/judged.ts';

const encrypt = (tls: object) => ({ host: 'orders', trafficPolicy: { tls } });
const at = 'spec.trafficPolicy.tls';

test.each<{ readonly name: string; readonly spec: object; readonly at: readonly string[] }>([
  { name: 'no certificates', spec: encrypt({ mode: 'MUTUAL' }), at: [`${at}.clientCertificate`, `${at}.privateKey`] },
  { name: 'no key', spec: encrypt({ mode: 'MUTUAL', clientCertificate: '/c' }), at: [`${at}.privateKey`] },
  { name: 'files', spec: encrypt({ mode: 'MUTUAL', clientCertificate: '/c', privateKey: '/k' }), at: [] },
  { name: 'a Secret', spec: encrypt({ mode: 'MUTUAL', credentialName: 'orders' }), at: [] },
  {
    name: 'a Secret and a file',
    spec: encrypt({ mode: 'SIMPLE', credentialName: 'orders', caCertificates: '/ca' }),
    at: [`${at}.caCertificates`],
  },
  {
    name: 'verification switched off',
    spec: encrypt({ mode: 'SIMPLE', insecureSkipVerify: true, caCertificates: '/ca', subjectAltNames: ['a'] }),
    at: [`${at}.caCertificates`, `${at}.subjectAltNames`],
  },
  {
    name: 'verification switched off with client certificates of a Secret',
    spec: encrypt({ mode: 'MUTUAL', insecureSkipVerify: true, credentialName: 'orders' }),
    at: [],
  },
  {
    name: 'verification of a Secret switched off',
    spec: encrypt({ mode: 'SIMPLE', insecureSkipVerify: true, credentialName: 'orders' }),
    at: [`${at}.credentialName`],
  },
  {
    name: 'a ConfigMap of another namespace',
    spec: encrypt({ mode: 'SIMPLE', credentialName: 'configmap://other/ca' }),
    at: [`${at}.credentialName`],
  },
  { name: 'a ConfigMap', spec: encrypt({ mode: 'SIMPLE', credentialName: 'configmap://shop/ca' }), at: [] },
  { name: 'of the mesh', spec: encrypt({ mode: 'ISTIO_MUTUAL' }), at: [] },
])('$name', ({ spec, at }) => {
  expect(judged(clientTls, 'DestinationRule', spec)).toEqual(at);
});
