import { expect, test } from 'vitest';
import { serviceEntryHosts } from '../../../charts-src/check/rules/w465-service-entry-hosts.ts';
import { judged } from '../validation/judged.ts';

const entry = (more: object) => ({
  hosts: ['api.example.com'],
  ports: [{ number: 443, name: 'https', protocol: 'TLS' }],
  resolution: 'DNS',
  ...more,
});

test.each<{ readonly name: string; readonly spec: object; readonly at: readonly string[] }>([
  { name: 'an ordinary one', spec: entry({}), at: [] },
  { name: 'an underscore', spec: entry({ hosts: ['api_v2.example.com'] }), at: ['spec.hosts[0]'] },
  {
    name: 'a wildcard in a label',
    spec: entry({ hosts: ['*-eu.example.com'], resolution: 'NONE' }),
    at: ['warning: spec.hosts[0]'],
  },
  {
    name: 'a wildcard in a label that is looked up as it comes',
    spec: entry({ hosts: ['*-eu.example.com'], resolution: 'DYNAMIC_DNS' }),
    at: [],
  },
  { name: 'a wildcard', spec: entry({ hosts: ['*.example.com'], resolution: 'NONE' }), at: [] },
  {
    name: 'addresses',
    spec: entry({ addresses: ['10.0.0.1', '10.0.0.0/8', '010.0.0.1', 'api', '2001:db8::1'], resolution: 'STATIC' }),
    at: ['spec.addresses[2]', 'spec.addresses[3]'],
  },
])('$name', ({ spec, at }) => {
  expect(judged(serviceEntryHosts, 'ServiceEntry', spec)).toEqual(at);
});
