import { expect, test } from 'vitest';
import { serviceEntryResolution } from '../../../charts-src/check/rules/w467-service-entry-resolution.ts';
import { judged, type More } from '../validation/judged.ts';

const entry = (more: object) => ({
  hosts: ['api.example.com'],
  ports: [{ number: 443, name: 'https', protocol: 'TLS' }],
  resolution: 'DNS',
  ...more,
});
const dynamic = (more: object) =>
  entry({ hosts: ['*.example.com'], resolution: 'DYNAMIC_DNS', location: 'MESH_EXTERNAL', ...more });

test.each<{ readonly name: string; readonly spec: object; readonly at: readonly string[]; readonly more?: More }>([
  { name: 'a wildcard that is looked up', spec: entry({ hosts: ['*.example.com'] }), at: ['spec.hosts[0]'] },
  {
    name: 'a wildcard with endpoints',
    spec: entry({ hosts: ['*.example.com'], endpoints: [{ address: 'a.example.com' }] }),
    at: [],
  },
  {
    name: 'workloads that get nothing',
    spec: entry({ resolution: 'NONE', workloadSelector: { labels: { app: 'a' } } }),
    at: ['warning: spec.workloadSelector'],
  },
  { name: 'wildcards as they come', spec: dynamic({}), at: [] },
  { name: 'an exact host as it comes', spec: dynamic({ hosts: ['a.example.com'] }), at: ['spec.hosts[0]'] },
  {
    name: 'addresses and endpoints',
    spec: dynamic({ addresses: ['10.0.0.1'], endpoints: [{ address: '10.0.0.1' }] }),
    at: ['spec.addresses', 'spec.endpoints'],
  },
  {
    name: 'TCP as it comes',
    spec: dynamic({ ports: [{ number: 5432, name: 'tcp', protocol: 'TCP' }] }),
    at: ['spec.ports[0].protocol'],
  },
  {
    name: 'a waypoint',
    spec: dynamic({ location: 'MESH_INTERNAL' }),
    at: ['spec.location'],
    more: { labels: { 'istio.io/use-waypoint': 'egress' } },
  },
  {
    name: 'no waypoint',
    spec: dynamic({ location: 'MESH_INTERNAL' }),
    at: [],
    more: { labels: { 'istio.io/use-waypoint': 'none' } },
  },
])('$name', ({ spec, at, more }) => {
  expect(judged(serviceEntryResolution, 'ServiceEntry', spec, more)).toEqual(at);
});
