import type { Case, Corpus } from './corpus.ts';

const [web, admin] = [
  { number: 80, name: 'http-web', protocol: 'HTTP' },
  { number: 8080, name: 'http-admin', protocol: 'HTTP' },
];
const two = [web, admin];
const at = (address: string, port?: string, labels?: object) => ({
  address,
  ...(port && { ports: { [port]: 9000 } }),
  ...(labels && { labels }),
});
const entry = (hosts: readonly string[], resolution: string | undefined, more: object = {}) => ({
  hosts,
  ports: two,
  ...(resolution && { resolution }),
  ...more,
});
const [any, one] = [['*.pay.example.com'], ['pay.example.com']];
const named = [at('eu.pay.example.com', 'http-web'), at('us.pay.example.com', 'http-admin')];
const numbered = [at('10.4.5.6', 'http-web'), at('10.4.5.7', 'http-admin')];
const istioTls = { 'security.istio.io/tlsMode': 'istio' };
const address = { addresses: ['10.9.8.7'] };
const subnet = { addresses: ['10.9.0.0/16'] };
const https = { number: 443, name: 'https', protocol: 'HTTPS' };
const selector = { workloadSelector: { labels: { app: 'pay' } } };
const socket = (
  path: string,
  ports: readonly object[] = [{ number: 9000, name: 'grpc-pay', protocol: 'GRPC' }],
  more: object = {},
) => entry(['pay.local'], 'STATIC', { ports, endpoints: [{ address: path, ...more }] });
const dynamic = (more: object = {}) => entry(any, 'DYNAMIC_DNS', { ports: [web], ...more });
const tcpWarning = 'valid; its warning is W150, which knows whether Istio gives addresses';

const cases: readonly Case[] = [
  ['discovery type DNS', 'valid', entry(any, 'DNS', { endpoints: named })],
  ['discovery type DNS Round Robin', 'valid', entry(any, 'DNS_ROUND_ROBIN', { endpoints: [named[0]] })],
  [
    'discovery type DNS, label tlsMode: istio',
    'valid',
    entry(any, 'DNS', { endpoints: [at('eu.pay.example.com', 'http-web', istioTls)] }),
  ],
  [
    'discovery type DNS, one host set with IP address and https port',
    'valid',
    entry(one, 'DNS', { ...address, ports: [...two, https] }),
  ],
  [
    'discovery type DNS, multi hosts set with IP address and https port',
    'warned',
    entry(['a.example.com', 'b.example.com'], 'DNS', { ...address, ports: [...two, https] }),
  ],
  ['discovery type DNS, IP address set', 'valid', entry(any, 'DNS', { ...address, endpoints: named })],
  ['discovery type DNS, IP in endpoints', 'valid', entry(any, 'DNS', { endpoints: [numbered[0], named[1]] })],
  ['discovery type DYNAMIC_DNS', 'valid', dynamic({ ports: two })],
  ['empty hosts', 'invalid', entry([], 'DNS', { endpoints: named })],
  ['bad hosts', 'invalid', entry(['-pay'], 'DNS', { endpoints: named })],
  ['full wildcard host', 'invalid', entry(['pay.example.com', '*'], 'DNS', { endpoints: named })],
  ['short name host', 'valid', entry(['pay', 'pay.example.com'], 'DNS', { endpoints: named })],
  ['undefined endpoint port', 'invalid', entry(one, 'DNS', { endpoints: [at('eu.pay.example.com', 'http-other')] })],
  [
    'discovery type DNS, non-FQDN endpoint',
    'invalid',
    entry(any, 'DNS', { endpoints: [at('*.pay.example.com', 'http-web')] }),
  ],
  ['discovery type DNS, non-FQDN host', 'invalid', entry(any, 'DNS')],
  ['discovery type DNS, no endpoints', 'valid', entry(one, 'DNS')],
  [
    'discovery type DNS, unix endpoint',
    'invalid',
    entry(any, 'DNS', { ports: [web], endpoints: [at('unix:///run/pay.sock')] }),
  ],
  ['discovery type none', 'valid', entry(one, 'NONE')],
  ['discovery type none, endpoints provided', 'invalid', entry(one, 'NONE', { endpoints: named })],
  ['discovery type none, cidr addresses', 'valid', entry(one, 'NONE', subnet)],
  [
    'discovery type static, cidr addresses with endpoints',
    'valid',
    entry(one, 'STATIC', { ...subnet, endpoints: numbered }),
  ],
  ['discovery type static', 'valid', entry(one, 'STATIC', { ...address, endpoints: numbered })],
  [
    'discovery type static, FQDN in endpoints',
    'invalid',
    entry(one, 'STATIC', { ...address, endpoints: [named[0], numbered[1]] }),
  ],
  ['discovery type static, missing endpoints', 'valid', entry(one, 'STATIC', address)],
  [
    'discovery type static, bad endpoint port name',
    'invalid',
    entry(one, 'STATIC', { ...address, endpoints: [at('10.4.5.6', 'http-other')] }),
  ],
  [
    'discovery type none, conflicting port names',
    'invalid',
    entry(one, 'NONE', { ports: [web, { ...admin, name: web.name }] }),
  ],
  [
    'discovery type none, conflicting port numbers',
    'invalid',
    entry(one, 'NONE', { ports: [web, { ...admin, number: web.number }] }),
  ],
  ['unix socket', 'valid', socket('unix:///run/pay.sock')],
  ['unix socket, relative path', 'invalid', socket('unix://run/pay.sock')],
  [
    'unix socket, endpoint ports',
    'invalid',
    socket('unix:///run/pay.sock', undefined, { ports: { 'grpc-pay': 9000 } }),
  ],
  ['unix socket, multiple service ports', 'invalid', socket('unix:///run/pay.sock', two)],
  ['empty protocol', 'valid', entry(one, 'NONE', { ...subnet, ports: [web, { number: 9000, name: 'other' }] })],
  ['selector', 'warned', entry(one, undefined, selector)],
  ['workload selector without labels', 'warned', entry(one, undefined, { workloadSelector: {} })],
  ['selector and endpoints', 'invalid', entry(one, 'STATIC', { ...selector, endpoints: [at('10.4.5.6')] })],
  ['selector and resolution NONE', 'warned', entry(one, 'NONE', selector)],
  ['selector and resolution DNS', 'valid', entry(one, 'DNS', selector)],
  ['bad selector key', 'invalid', entry(one, 'STATIC', { workloadSelector: { labels: { '': 'pay' } } })],
  ['repeat target port', 'valid', entry(one, 'DNS', { ports: two.map((port) => ({ ...port, targetPort: 9000 })) })],
  ['valid target port', 'valid', entry(one, 'DNS', { ports: [{ ...web, targetPort: 9000 }] })],
  ['invalid target port', 'invalid', entry(one, 'DNS', { ports: [{ ...web, targetPort: 70000 }] })],
  ['warn target port', 'warned', entry(one, undefined, { ...selector, ports: [{ ...web, targetPort: 9000 }] })],
  ['valid endpoint port', 'valid', entry(one, 'STATIC', { endpoints: [at('10.4.5.6', 'http-web')] })],
  [
    'invalid endpoint port',
    'invalid',
    entry(one, 'STATIC', { endpoints: [{ address: '10.4.5.6', ports: { 'http-web': 70000 } }] }),
  ],
  ['protocol unset for addresses empty', { notJudged: tcpWarning }],
  ['protocol is TCP for addresses empty', { notJudged: tcpWarning }],
  ['dns round robin with more than one endpoint', 'invalid', entry(one, 'DNS_ROUND_ROBIN', { endpoints: named })],
  ['dns round robin with 0 endpoints', 'valid', entry(one, 'DNS_ROUND_ROBIN', { endpoints: [] })],
  ['partial wildcard hosts', 'warned', entry(['*.example.com', '*pay.example.org'], 'NONE', { ports: [https] })],
  [
    'network set with no address on endpoint',
    'warned',
    entry(one, 'STATIC', { ports: [https], endpoints: [{ network: 'east' }] }),
  ],
  [
    'discovery type DYNAMIC_DNS, unsupported TCP protocol',
    'invalid',
    dynamic({ ports: [web, { number: 5432, name: 'tcp', protocol: 'TCP' }] }),
  ],
  [
    'discovery type DYNAMIC_DNS, GRPC protocol',
    'valid',
    dynamic({ ports: [{ number: 9000, name: 'grpc', protocol: 'GRPC' }] }),
  ],
  ['discovery type DYNAMIC_DNS, FQDN host', 'invalid', dynamic({ hosts: one })],
  ['discovery type DYNAMIC_DNS, endpoints set', 'invalid', dynamic({ endpoints: [at('eu.pay.example.com')] })],
  ['discovery type DYNAMIC_DNS, IP address set', 'invalid', dynamic(address)],
  ['discovery type DYNAMIC_DNS, empty hosts', 'invalid', dynamic({ hosts: [] })],
  [
    'discovery type DYNAMIC_DNS, multiple wildcarded hosts',
    'valid',
    dynamic({ hosts: ['*.a.example.com', '*.b.example.com'] }),
  ],
  ['discovery type DYNAMIC_DNS, internal mesh location', 'valid', dynamic({ location: 'MESH_INTERNAL' })],
  [
    'discovery type DYNAMIC_DNS, MESH_INTERNAL with waypoint (invalid)',
    'invalid',
    dynamic({ location: 'MESH_INTERNAL' }),
    { labels: { 'istio.io/use-waypoint': 'egress' } },
  ],
  ['discovery type DYNAMIC_DNS, nil port', 'invalid', dynamic({ ports: [null] })],
  ['nil port in ports array', 'invalid', entry(one, 'NONE', { ports: [null] })],
  ['discovery type DNS with addresses, nil port', 'invalid', entry(one, 'DNS', { ...address, ports: [null] })],
];

const to = (...exportTo: string[]) => entry(one, 'DNS', { exportTo });

export const serviceEntries: readonly Corpus[] = [
  { of: 'TestValidateServiceEntries', kind: 'ServiceEntry', cases },
  {
    of: 'Test_validateExportTo',
    kind: 'ServiceEntry',
    cases: [
      ['~ is allowed for service entry configs', 'valid', to('~')],
      ['duplicate none in service entry exportTo is not okay', 'invalid', to('~', '~', 'billing')],
      ['none and other namespaces cannot be combined in service entry exportTo', 'invalid', to('~', 'billing')],
    ],
  },
];
