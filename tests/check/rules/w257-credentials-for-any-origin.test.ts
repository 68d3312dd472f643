import { expect, test } from 'vitest';
import { credentialsForAnyOrigin } from '../../../charts-src/check/rules/w257-credentials-for-any-origin.ts';
import { found } from '../found.ts';
import { ORDERS, routes } from '../parts.ts';

const check = (policy: string): readonly string[] =>
  found(credentialsForAnyOrigin, [
    ORDERS,
    routes('orders', `- corsPolicy: { ${policy} }\n  route: [{ destination: { host: orders } }]`),
  ]).map((line) => line.split(' | ')[0] ?? '');
const HIT = ['warning VirtualService shop/orders spec.http[0].corsPolicy.allowOrigins[0]'];

test.each([
  ['{ exact: "*" }', HIT],
  ['{ regex: ".*" }', HIT],
  ['{ regex: "^https?://.*$" }', HIT],
  ['{ regex: "https://.+" }', HIT],
  ['{ prefix: "" }', HIT],
  ['{ prefix: "https://" }', HIT],
  ['{ prefix: "https://www" }', []],
  ['{ regex: "https://[a-z]+[.]example[.]com" }', []],
  ['{ exact: "https://www.example.com" }', []],
])('%s', (origin, hits) => {
  expect(check(`allowOrigins: [${origin}], allowCredentials: true`)).toEqual(hits);
  expect(check(`allowOrigins: [${origin}]`)).toEqual([]);
});
