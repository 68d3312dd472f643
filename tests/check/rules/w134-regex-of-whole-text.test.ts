import { expect, test } from 'vitest';
import { regexOfWholeText } from '../../../charts-src/check/rules/w134-regex-of-whole-text.ts';
import { found } from '../found.ts';
import { ORDERS, routes } from '../parts.ts';

const check = (match: string): readonly string[] =>
  found(regexOfWholeText, [
    ORDERS,
    routes('orders', `- match: [${match}]\n  route: [{ destination: { host: orders } }]`),
  ]).map((line) => line.split(' | ')[0] ?? '');
const at = (severity: string, path: string): readonly string[] => [
  `${severity} VirtualService shop/orders spec.http[0].match[0].${path}.regex`,
];

test.each([
  { match: '{ headers: { user-agent: { regex: Firefox } } }', hits: at('warning', 'headers.user-agent') },
  { match: '{ headers: { cookie: { regex: "^session=beta$" } } }', hits: at('warning', 'headers.cookie') },
  { match: '{ uri: { regex: "api/.*" } }', hits: at('error', 'uri') },
  { match: '{ uri: { regex: "/api" } }', hits: at('info', 'uri') },
  { match: '{ uri: { regex: "/api/.*" } }', hits: [] },
  { match: '{ uri: { regex: "^/api$" } }', hits: [] },
  { match: '{ uri: { regex: ".*api" } }', hits: [] },
  { match: '{ uri: { regex: "api|/v2" } }', hits: [] },
  { match: '{ uri: { prefix: api } }', hits: [] },
  { match: '{ headers: { user-agent: { regex: ".*Firefox.*" } } }', hits: [] },
  { match: '{ headers: { x-version: { regex: v2 } } }', hits: [] },
  { match: '{ headers: { cookie: { exact: session=beta } } }', hits: [] },
])('$match', ({ match, hits }) => {
  expect(check(match)).toEqual(hits);
});
