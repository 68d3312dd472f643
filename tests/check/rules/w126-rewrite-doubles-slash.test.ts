import { expect, test } from 'vitest';
import { rewriteDoublesSlash } from '../../../charts-src/check/rules/w126-rewrite-doubles-slash.ts';
import { codesOf, found, wordsOf } from '../found.ts';
import { routes } from '../parts.ts';

test.each([
  {
    name: 'a prefix to the root',
    mesh: [
      routes(
        'orders',
        `- match: [{ uri: { prefix: /shop } }]
  rewrite:
    uri: /
  route: [{ destination: { host: orders } }]`,
      ),
    ],
    finds: ['warning VirtualService shop/orders spec.http[0].rewrite.uri | uri: /'],
  },
  {
    name: 'a prefix with a slash to one without',
    mesh: [
      routes(
        'orders',
        `- match: [{ uri: { prefix: /shop/ } }]
  rewrite:
    uri: /api
  route: [{ destination: { host: orders } }]`,
      ),
    ],
    finds: ['warning VirtualService shop/orders spec.http[0].rewrite.uri | uri: /api'],
  },
  {
    name: 'a redirect',
    mesh: [
      routes(
        'orders',
        `- match: [{ uri: { prefix: /shop } }]
  redirect:
    prefixRewrite: /api/`,
      ),
    ],
    finds: ['warning VirtualService shop/orders spec.http[0].redirect.prefixRewrite | prefixRewrite: /api/'],
  },
  {
    name: 'slashes that fit, exact, regex',
    mesh: [
      routes(
        'orders',
        `- match: [{ uri: { prefix: /shop/ } }, { uri: { exact: /shop } }]
  rewrite: { uri: / }
  route: [{ destination: { host: orders } }]
- match: [{ uri: { prefix: /old } }]
  rewrite: { uri: /new }
  route: [{ destination: { host: orders } }]
- match: [{ uri: { regex: "/x.*" } }]
  rewrite: { uri: / }
  route: [{ destination: { host: orders } }]`,
      ),
    ],
    finds: [],
  },
  {
    name: 'the longer prefix with its slash comes first',
    mesh: [
      routes(
        'orders',
        `- match: [{ uri: { prefix: /shop/ } }, { uri: { prefix: /shop } }]
  rewrite: { uri: / }
  route: [{ destination: { host: orders } }]`,
      ),
    ],
    finds: [],
  },
])('$name', ({ mesh, finds }) => {
  expect(found(rewriteDoublesSlash, mesh)).toEqual(finds);
});

test('it says what was found and how to fix it, and which codes it answers to', () => {
  const mesh = [
    routes(
      'orders',
      `- match: [{ uri: { prefix: /shop } }]
  rewrite:
    uri: /
  route: [{ destination: { host: orders } }]`,
    ),
  ];
  expect(wordsOf(rewriteDoublesSlash, mesh)).toEqual([
    'prefix "/shop" is replaced by "/": "/shop/cart" becomes "//cart", with two slashes -> match prefix "/shop/" and beside it exact "/shop", or rewrite with uriRegexRewrite',
  ]);
  expect(codesOf(rewriteDoublesSlash, mesh)).toEqual([]);
});
