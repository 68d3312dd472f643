import { expect, test } from 'vitest';
import { serviceEntryEndpoints } from '../../../charts-src/check/rules/w468-service-entry-endpoints.ts';
import { judged } from '../validation/judged.ts';

const entry = (more: object) => ({
  hosts: ['api.example.com'],
  ports: [{ number: 443, name: 'https', protocol: 'TLS' }],
  resolution: 'DNS',
  ...more,
});
const endpoint = (resolution: string, one: object, more: object = {}) =>
  entry({ resolution, endpoints: [one], ...more });
const at = 'spec.endpoints[0]';

test.each<{ readonly name: string; readonly spec: object; readonly at: readonly string[] }>([
  {
    name: 'a name that is not looked up',
    spec: endpoint('STATIC', { address: 'a.example.com' }),
    at: [`${at}.address`],
  },
  { name: 'a name that is looked up', spec: endpoint('DNS', { address: 'a.example.com' }), at: [] },
  { name: 'no name', spec: endpoint('DNS', { address: 'a_b' }), at: [`${at}.address`] },
  {
    name: 'a socket that is looked up',
    spec: endpoint('DNS', { address: 'unix:///run/a.sock' }),
    at: [`${at}.address`],
  },
  { name: 'a socket', spec: endpoint('STATIC', { address: 'unix:///run/a.sock' }), at: [] },
  {
    name: 'a socket of two ports',
    spec: endpoint(
      'STATIC',
      { address: 'unix:///run/a.sock' },
      {
        ports: [
          { number: 1, name: 'a' },
          { number: 2, name: 'b' },
        ],
      },
    ),
    at: [`${at}.address`],
  },
  { name: 'only a network', spec: endpoint('STATIC', { network: 'east' }), at: [`warning: ${at}.address`] },
  { name: 'only a network, to be looked up', spec: endpoint('DNS', { network: 'east' }), at: [`${at}.address`] },
  {
    name: 'a port that is not declared',
    spec: endpoint('STATIC', { address: '10.0.0.1', ports: { http: 80 } }),
    at: [`${at}.ports.http`],
  },
  {
    name: 'a port',
    spec: endpoint('STATIC', { address: '10.0.0.1', ports: { https: 8443 }, labels: { app: 'a' } }),
    at: [],
  },
  {
    name: 'a label that is none',
    spec: endpoint('STATIC', { address: '10.0.0.1', labels: { app: 'a b' } }),
    at: [`${at}.labels.app`],
  },
])('$name', ({ spec, at }) => {
  expect(judged(serviceEntryEndpoints, 'ServiceEntry', spec)).toEqual(at);
});
