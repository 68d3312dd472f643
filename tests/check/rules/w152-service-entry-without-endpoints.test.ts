import { expect, test } from 'vitest';
import { serviceEntryWithoutEndpoints } from '../../../charts-src/check/rules/w152-service-entry-without-endpoints.ts';
import { found } from '../found.ts';
import { object } from '../parts.ts';

const entry = (rest: string): string =>
  object(
    'ServiceEntry',
    'maps',
    `hosts: [maps.example.com]\nports: [{ number: 443, name: tls, protocol: TLS }]\n${rest}`,
  );

test.each([
  {
    rest: 'resolution: STATIC',
    hits: ['error ServiceEntry shop/maps spec.resolution | resolution: STATIC'],
  },
  { rest: 'resolution: STATIC\nendpoints: [{ address: 203.0.113.10 }]', hits: [] },
  { rest: 'resolution: STATIC\nworkloadSelector: { labels: { app: maps } }', hits: [] },
  { rest: 'resolution: DNS', hits: [] },
  { rest: 'location: MESH_EXTERNAL', hits: [] },
])('$rest', ({ rest, hits }) => {
  expect(found(serviceEntryWithoutEndpoints, [entry(rest)])).toEqual(hits);
});
