import { expect, test } from 'vitest';
import { sidecarEgress } from '../../../charts-src/check/rules/w472-sidecar-egress.ts';
import { judged } from '../validation/judged.ts';

const hosts = (...all: string[]) => ({ egress: [{ hosts: all }] });
const at = 'spec.egress[0]';

test.each<{ readonly name: string; readonly spec: object; readonly at: readonly string[] }>([
  { name: 'an ordinary one', spec: hosts('./*', 'istio-system/*', '*/orders.shop.svc.cluster.local'), at: [] },
  { name: 'nobody', spec: hosts('~/*'), at: [] },
  { name: 'all but one', spec: hosts('*/*', '~other/*'), at: [] },
  { name: 'no hosts', spec: hosts(), at: [`${at}.hosts`] },
  { name: 'no namespace', spec: hosts('orders.shop.svc.cluster.local'), at: [`${at}.hosts[0]`] },
  { name: 'a short name', spec: hosts('./orders'), at: [`${at}.hosts[0]`] },
  { name: 'a wildcard in a label', spec: hosts('./*orders.example.com'), at: [`${at}.hosts[0]`] },
  { name: 'a namespace that is none', spec: hosts('a_b/*'), at: [`${at}.hosts[0]`] },
  { name: 'an address', spec: hosts('./10.0.0.1'), at: [`${at}.hosts[0]`] },
  { name: 'a host twice', spec: hosts('./a.example.com', 'shop/a.example.com'), at: [`warning: ${at}.hosts[1]`] },
  { name: 'a host in all', spec: hosts('shop/*', 'shop/a.example.com'), at: [`warning: ${at}.hosts[1]`] },
  { name: 'all and some', spec: hosts('*/*', 'shop/*'), at: [`warning: ${at}.hosts`] },
  {
    name: 'a listener without port that is not last',
    spec: { egress: [{ hosts: ['./*'] }, { port: { number: 80, protocol: 'HTTP' }, hosts: ['./*'] }] },
    at: [at],
  },
  {
    name: 'a port, and all others',
    spec: { egress: [{ port: { number: 80, protocol: 'HTTP' }, hosts: ['./*'] }, { hosts: ['./*'] }] },
    at: [],
  },
  {
    name: 'a port twice',
    spec: { egress: [80, 80].map((number) => ({ port: { number, protocol: 'HTTP' }, hosts: ['./*'] })) },
    at: ['spec.egress[1].port.number'],
  },
  {
    name: 'port 0',
    spec: { egress: [{ port: { number: 0, protocol: 'HTTP' }, hosts: ['./*'] }] },
    at: [`${at}.port.number`],
  },
  {
    name: 'a socket',
    spec: { egress: [{ port: { number: 0, protocol: 'TCP' }, bind: 'unix:///run/a.sock', hosts: ['./*'] }] },
    at: [],
  },
  {
    name: 'a socket that is redirected to',
    spec: {
      egress: [
        { port: { number: 0, protocol: 'TCP' }, bind: 'unix:///run/a.sock', captureMode: 'IPTABLES', hosts: ['./*'] },
      ],
    },
    at: [`${at}.captureMode`],
  },
])('$name', ({ spec, at }) => {
  expect(judged(sidecarEgress, 'Sidecar', spec)).toEqual(at);
});
