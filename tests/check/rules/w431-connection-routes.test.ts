import { expect, test } from 'vitest';
import { connectionRoutes } from '../../../charts-src/check/rules/w431-connection-routes.ts';
import { judged } from '../validation/judged.ts';

const tls = (match: object, more: object = {}) => ({
  hosts: ['*.example.com'],
  gateways: ['shop'],
  tls: [{ match: [{ sniHosts: ['a.example.com'], ...match }], route: [{ destination: { host: 'orders' } }] }],
  ...more,
});
const tcp = (match: object) => ({
  hosts: ['orders'],
  tcp: [{ match: [match], route: [{ destination: { host: 'orders' } }] }],
});
const at = 'spec.tls[0].match[0]';

test.each<{ readonly name: string; readonly spec: object; readonly at: readonly string[] }>([
  { name: 'one of the hosts', spec: tls({}), at: [] },
  { name: 'another host', spec: tls({ sniHosts: ['a.example.org'] }), at: [`${at}.sniHosts[0]`] },
  {
    name: 'a wildcard under an exact host',
    spec: tls({ sniHosts: ['*.example.com'] }, { hosts: ['a.example.com'] }),
    at: [`${at}.sniHosts[0]`],
  },
  { name: 'no name', spec: tls({ sniHosts: [] }), at: [`${at}.sniHosts`] },
  { name: 'an address', spec: tls({ sniHosts: ['10.0.0.1'] }), at: [`warning: ${at}.sniHosts[0]`] },
  {
    name: 'a name that Istio makes for itself',
    spec: tls({ sniHosts: ['outbound_.80_._.a.example.com'] }, { hosts: ['outbound_.80_._.a.example.com'] }),
    at: [],
  },
  {
    name: 'no match',
    spec: {
      hosts: ['a.example.com'],
      gateways: ['shop'],
      tls: [{ match: [], route: [{ destination: { host: 'orders' } }] }],
    },
    at: ['spec.tls[0].match'],
  },
  {
    name: 'no route',
    spec: { hosts: ['a.example.com'], tls: [{ match: [{ sniHosts: ['a.example.com'] }] }], tcp: [{}] },
    at: ['spec.tls[0].route', 'spec.tcp[0].route'],
  },
  {
    name: 'a subnet that is none',
    spec: tcp({ destinationSubnets: ['10.0.0.0/33', '10.0.0.0/8', '10.0.0.1'] }),
    at: ['spec.tcp[0].match[0].destinationSubnets[0]'],
  },
  { name: 'a port that is none', spec: tcp({ port: 65536 }), at: ['spec.tcp[0].match[0].port'] },
  {
    name: 'a label that is none',
    spec: tcp({ sourceLabels: { 'a b': 'c' } }),
    at: ['spec.tcp[0].match[0].sourceLabels["a b"]'],
  },
  {
    name: 'everything',
    spec: tcp({ port: 5432, destinationSubnets: ['2001:db8::/32'], sourceLabels: { app: 'a' }, gateways: ['mesh'] }),
    at: [],
  },
])('$name', ({ spec, at }) => {
  expect(judged(connectionRoutes, 'VirtualService', spec)).toEqual(at);
});
