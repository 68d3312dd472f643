import { expect, test } from 'vitest';
import { serviceEntryPorts } from '../../../charts-src/check/rules/w466-service-entry-ports.ts';
import { judged } from '../validation/judged.ts';

const entry = (more: object) => ({
  hosts: ['api.example.com'],
  ports: [{ number: 443, name: 'https', protocol: 'TLS' }],
  resolution: 'DNS',
  ...more,
});
const port = (more: object) => entry({ ports: [{ number: 443, name: 'https', protocol: 'TLS', ...more }] });

test.each<{ readonly name: string; readonly spec: object; readonly at: readonly string[] }>([
  { name: 'a name that is none', spec: port({ name: 'https_1' }), at: ['spec.ports[0].name'] },
  { name: 'a protocol that there is not', spec: port({ protocol: 'POSTGRES' }), at: ['spec.ports[0].protocol'] },
  { name: 'no protocol', spec: port({ protocol: '' }), at: [] },
  { name: 'two hosts of HTTPS', spec: entry({ hosts: ['a.example.com', 'b.example.com'] }), at: [] },
  {
    name: 'two hosts of TCP',
    spec: entry({ hosts: ['a.example.com', 'b.example.com'], ports: [{ number: 5432, name: 'tcp', protocol: 'TCP' }] }),
    at: ['spec.ports[0].protocol'],
  },
  {
    name: 'two hosts of no protocol',
    spec: entry({ hosts: ['a.example.com', 'b.example.com'], ports: [{ number: 5432, name: 'db' }] }),
    at: ['spec.ports[0].protocol'],
  },
  {
    name: 'two hosts of TCP that go where they go',
    spec: entry({
      hosts: ['a.example.com', 'b.example.com'],
      resolution: 'NONE',
      ports: [{ number: 5432, name: 'tcp', protocol: 'TCP' }],
    }),
    at: [],
  },
  {
    name: 'two hosts of one address',
    spec: entry({ hosts: ['a.example.com', 'b.example.com'], addresses: ['10.0.0.1'] }),
    at: ['warning: spec.ports[0]'],
  },
])('$name', ({ spec, at }) => {
  expect(judged(serviceEntryPorts, 'ServiceEntry', spec)).toEqual(at);
});
