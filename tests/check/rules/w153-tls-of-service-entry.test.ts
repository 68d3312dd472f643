import { expect, test } from 'vitest';
import { tlsOfServiceEntry } from '../../../charts-src/check/rules/w153-tls-of-service-entry.ts';
import { found } from '../found.ts';
import { object, routes } from '../parts.ts';

const entry = (port: string): string =>
  object('ServiceEntry', 'maps', `hosts: [maps.example.com]\nresolution: DNS\nports: [{ ${port} }]`);
const TLS = 'number: 443, name: tls, protocol: TLS';
const HTTP = 'number: 443, name: http, protocol: HTTP';
const rule = (policy: string, host = 'maps.example.com'): string =>
  object('DestinationRule', 'maps', `host: "${host}"\ntrafficPolicy: { ${policy} }`);
const hit = (severity: string, port: string): readonly string[] => [
  `${severity} ServiceEntry shop/maps spec.ports[0].protocol | ports: [{ ${port} }]`,
];

test.each([
  { name: 'TLS in TLS', mesh: [entry(TLS), rule('tls: { mode: SIMPLE }')], hits: hit('error', TLS) },
  {
    name: 'TLS in TLS for this port',
    mesh: [entry(TLS), rule('portLevelSettings: [{ port: { number: 443 }, tls: { mode: MUTUAL } }]')],
    hits: hit('error', TLS),
  },
  {
    name: 'by a wildcard',
    mesh: [entry(TLS), rule('tls: { mode: SIMPLE }', '*.example.com')],
    hits: hit('error', TLS),
  },
  {
    name: 'the settings of the port stand above those of the host',
    mesh: [
      entry(TLS),
      rule('tls: { mode: SIMPLE }, portLevelSettings: [{ port: { number: 443 }, tls: { mode: DISABLE } }]'),
    ],
    hits: [],
  },
  {
    name: 'requests of another port are routed to it',
    mesh: [
      entry(TLS),
      rule('tls: { mode: SIMPLE }'),
      routes('maps', '- route: [{ destination: { host: maps.example.com, port: { number: 443 } } }]', {
        hosts: '[maps.example.com]',
      }),
    ],
    hits: [],
  },
  { name: 'for another host', mesh: [entry(TLS), rule('tls: { mode: SIMPLE }', 'a.example.com')], hits: [] },
  { name: 'the application speaks TLS', mesh: [entry(TLS), rule('outlierDetection: {}')], hits: [] },
  { name: 'nobody speaks TLS', mesh: [entry(HTTP)], hits: hit('warning', HTTP) },
  { name: 'the proxy does', mesh: [entry(HTTP), rule('tls: { mode: SIMPLE }')], hits: [] },
  { name: 'it goes to another port', mesh: [entry(`${HTTP}, targetPort: 8080`)], hits: [] },
  { name: 'port 80', mesh: [entry('number: 80, name: http, protocol: HTTP')], hits: [] },
])('$name', ({ mesh, hits }) => {
  expect(found(tlsOfServiceEntry, mesh)).toEqual(hits);
});
