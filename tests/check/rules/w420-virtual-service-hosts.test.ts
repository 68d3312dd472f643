import { expect, test } from 'vitest';
import { virtualServiceHosts } from '../../../charts-src/check/rules/w420-virtual-service-hosts.ts';
import { judged } from '../validation/judged.ts';

const rule = [{ route: [{ destination: { host: 'orders' } }] }];

test.each<{ readonly name: string; readonly spec: object; readonly at: readonly string[] }>([
  { name: 'every host of the mesh', spec: { hosts: ['*'], http: rule }, at: ['spec.hosts[0]'] },
  {
    name: 'every host of the mesh and a gateway',
    spec: { hosts: ['*'], gateways: ['mesh', 'shop'], http: rule },
    at: ['spec.hosts[0]'],
  },
  { name: 'every host of a gateway', spec: { hosts: ['*'], gateways: ['shop'], http: rule }, at: [] },
  { name: 'an underscore', spec: { hosts: ['orders_v2'], http: rule }, at: ['spec.hosts[0]'] },
  { name: 'a wildcard that is not first', spec: { hosts: ['api.*.example.com'], http: rule }, at: ['spec.hosts[0]'] },
  { name: 'an address', spec: { hosts: ['10.1.2.3'], http: rule }, at: [] },
  { name: 'one host twice', spec: { hosts: ['a.example.com', 'a.example.com'], http: rule }, at: ['spec.hosts[1]'] },
  {
    name: 'a wildcard over a host',
    spec: { hosts: ['a.example.com', '*.example.com'], http: rule },
    at: ['spec.hosts[1]'],
  },
  { name: 'a wildcard beside a host', spec: { hosts: ['example.com', '*.example.com'], http: rule }, at: [] },
  {
    name: 'a gateway that is none',
    spec: { hosts: ['a.example.com'], gateways: ['shop/a_b'], http: rule },
    at: ['spec.gateways[0]'],
  },
  {
    name: 'a gateway of another namespace',
    spec: { hosts: ['a.example.com'], gateways: ['infra/shop'], http: rule },
    at: [],
  },
  { name: 'no rules', spec: { hosts: ['orders'] }, at: ['spec'] },
  { name: 'no rules because of a slip of the pen', spec: { hosts: ['orders'], htttp: rule }, at: [] },
  { name: 'a delegate', spec: { http: rule }, at: [] },
  {
    name: 'a delegate with gateways and connections',
    spec: { gateways: ['shop'], tcp: rule },
    at: ['spec.gateways', 'spec.tcp'],
  },
])('$name', ({ spec, at }) => {
  expect(judged(virtualServiceHosts, 'VirtualService', spec)).toEqual(at);
});
