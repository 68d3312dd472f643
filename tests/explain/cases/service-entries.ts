import type { Corpus, Question, UpstreamCase } from './upstream-case.ts';
import { deployment, mesh, namespace, serviceEntry, virtualService } from './yaml.ts';

const BASE = mesh(namespace('shop'), deployment('shop/web'));
const entry = (name: string, host: string, addresses: string, protocol = 'TCP'): string =>
  serviceEntry(
    `shop/${name}`,
    `{ hosts: [${host}], addresses: [${addresses}], ports: [{ number: 9999, name: odd, protocol: ${protocol} }] }`,
  );
const to = (url: string, cluster: string): Question => ({
  from: 'shop/web',
  ask: url,
  expect: { clusters: [cluster] },
});
const WIDE = '"2001:db8:aaaa::1/16"';
const NARROW = '"2001:db8:bbbb::2/32"';

const cases: readonly UpstreamCase[] = [
  {
    upstream: 'identical CIDR (ignoring insignificant bits) is dropped',
    mesh: mesh(BASE, entry('one', 'one.far', '"2001:db8:aaaa::1/32"'), entry('two', 'two.far', NARROW)),
    questions: [to('tcp://[2001:db8:1:1:1:1:1:1]:9999', 'outbound|9999||one.far')],
  },
  {
    upstream: 'overlapping CIDR',
    mesh: mesh(BASE, entry('one', 'one.far', WIDE), entry('two', 'two.far', NARROW)),
    questions: [
      to('tcp://[2001:db8:bbbb::2]:9999', 'outbound|9999||two.far'),
      to('tcp://[2001:1::1]:9999', 'outbound|9999||one.far'),
    ],
  },
  {
    upstream: 'overlapping CIDR with SNI',
    mesh: mesh(
      BASE,
      entry('one', 'one.far', WIDE, 'TLS'),
      entry('two', 'two.far', NARROW, 'TLS'),
      virtualService(
        'shop/one',
        '{ hosts: [one.far], tls: [{ match: [{ port: 9999, sniHosts: [one.far] }], route: [{ destination: { host: one.far, port: { number: 9999 } } }] }] }',
      ),
    ),
    // Two more calls there have an address that is not the one of the name, which a URL cannot say.
    questions: [
      to('https://two.far:9999/', 'outbound|9999||two.far'),
      to('https://one.far:9999/', 'outbound|9999||one.far'),
    ],
  },
  {
    upstream: 'partial overlap of IP',
    mesh: mesh(BASE, entry('one', 'one.far', '192.0.2.1'), entry('two', 'two.far', '192.0.2.2, 192.0.2.1')),
    questions: [
      to('tcp://192.0.2.2:9999', 'outbound|9999||two.far'),
      to('tcp://192.0.2.1:9999', 'outbound|9999||one.far'),
    ],
  },
  {
    upstream: 'service entries with reused hosts should have auto allocated the same IP address',
    mesh: mesh(
      BASE,
      serviceEntry(
        'shop/plain',
        '{ hosts: [far.example], ports: [{ number: 80, name: http, protocol: HTTP }], resolution: DNS }',
      ),
      serviceEntry(
        'shop/secure',
        '{ hosts: [far.example], ports: [{ number: 443, name: https, protocol: HTTPS }], resolution: DNS }',
      ),
    ),
    questions: [
      to('http://far.example/', 'outbound|80||far.example'),
      to('https://far.example/', 'outbound|443||far.example'),
    ],
  },
];

/** Addresses and names of ServiceEntries that overlap. */
export const serviceEntries: Corpus = {
  name: 'service entries',
  file: 'pilot/pkg/networking/core/serviceentry_simulation_test.go',
  count: 5,
  cases,
};
