import { expect, test } from 'vitest';
import { gatewayServers } from '../../../charts-src/check/rules/w460-gateway-servers.ts';
import { judged, type More } from '../validation/judged.ts';

const server = (more: object, port: object = {}) => ({
  servers: [{ port: { number: 80, name: 'http', protocol: 'HTTP', ...port }, hosts: ['shop.example.com'], ...more }],
});
const at = 'spec.servers[0]';

test.each<{ readonly name: string; readonly spec: object; readonly at: readonly string[]; readonly more?: More }>([
  { name: 'no servers', spec: { selector: { istio: 'ingressgateway' } }, at: ['spec.servers'] },
  { name: 'an ordinary one', spec: server({}), at: [] },
  { name: 'no hosts', spec: server({ hosts: [] }), at: [`${at}.hosts`] },
  {
    name: 'hosts',
    spec: server({ hosts: ['*', '*.example.com', 'other/a.example.com', './*', '*/*', '10.0.0.1'] }),
    at: [],
  },
  {
    name: 'hosts that are none',
    spec: server({
      hosts: ['shop', '*shop.example.com', 'a.*.example.com', 'a_b/shop.example.com', '~/a.example.com', 'shop/'],
    }),
    at: [`${at}.hosts[0]`, `${at}.hosts[1]`, `${at}.hosts[2]`, `${at}.hosts[3]`, `${at}.hosts[4]`, `${at}.hosts[5]`],
  },
  { name: 'a port that is none', spec: server({}, { number: 70000 }), at: [`${at}.port.number`] },
  { name: 'port 0', spec: server({}, { number: 0 }), at: [`${at}.port.number`] },
  { name: 'a socket', spec: server({ bind: 'unix:///run/gateway.sock' }, { number: 0 }), at: [] },
  { name: 'a socket with a port', spec: server({ bind: 'unix:///run/gateway.sock' }), at: [`${at}.port.number`] },
  { name: 'a socket without a file', spec: server({ bind: 'unix://run/' }, { number: 0 }), at: [`${at}.bind`] },
  { name: 'an address that is none', spec: server({ bind: 'eth0' }), at: [`${at}.bind`] },
  { name: 'a protocol that there is not', spec: server({}, { protocol: 'HTTPS2' }), at: [`${at}.port.protocol`] },
  {
    name: 'no protocol and no name',
    spec: server({}, { protocol: '', name: '' }),
    at: [`${at}.port.protocol`, `${at}.port.name`],
  },
  { name: 'a targetPort', spec: server({}, { targetPort: 8080 }), at: [`${at}.port.targetPort`] },
  {
    name: 'two ports of one name',
    spec: { servers: [80, 8080].map((number) => ({ port: { number, name: 'http', protocol: 'HTTP' }, hosts: ['*'] })) },
    at: ['spec.servers[1].port.name'],
  },
  { name: 'a name with a dot', spec: server({}), at: ['metadata.name'], more: { name: 'shop.example' } },
])('$name', ({ spec, at, more }) => {
  expect(judged(gatewayServers, 'Gateway', spec, more)).toEqual(at);
});
