import { expect, test } from 'vitest';
import { prefixTakesMore } from '../../../charts-src/check/rules/w122-prefix-takes-more.ts';
import { codesOf, found, wordsOf } from '../found.ts';
import { routes } from '../parts.ts';

test.each([
  {
    name: 'the rest goes to another host',
    mesh: [
      routes(
        'web',
        `- match:
    - uri:
        prefix: /shop
  route: [{ destination: { host: orders } }]
- route: [{ destination: { host: web } }]`,
      ),
    ],
    finds: ['warning VirtualService shop/web spec.http[0].match[0].uri.prefix | prefix: /shop'],
  },
  {
    name: 'a slash at the end, an exact path',
    mesh: [
      routes(
        'web',
        `- match: [{ uri: { prefix: /shop/ } }, { uri: { exact: /shop } }]
  route: [{ destination: { host: orders } }]
- route: [{ destination: { host: web } }]`,
      ),
    ],
    finds: [],
  },
  {
    name: 'the rest goes to the same host, or nowhere',
    mesh: [
      routes(
        'web',
        `- match: [{ uri: { prefix: /shop } }]
  route: [{ destination: { host: orders, subset: v2 } }]
- route: [{ destination: { host: orders, subset: v1 } }]`,
      ),
      routes(
        'two',
        `- match: [{ uri: { prefix: /shop } }]
  route: [{ destination: { host: orders } }]
- match: [{ uri: { prefix: /web } }]
  route: [{ destination: { host: web } }]`,
      ),
    ],
    finds: [],
  },
])('$name', ({ mesh, finds }) => {
  expect(found(prefixTakesMore, mesh)).toEqual(finds);
});

test('it says what was found and how to fix it, and which codes it answers to', () => {
  const mesh = [
    routes(
      'web',
      `- match:
    - uri:
        prefix: /shop
  route: [{ destination: { host: orders } }]
- route: [{ destination: { host: web } }]`,
    ),
  ];
  expect(wordsOf(prefixTakesMore, mesh)).toEqual([
    'prefix "/shop" takes "/shop-other" and "/shop2" too, which web.shop.svc.cluster.local would get otherwise: prefixes end at no slash -> write prefix "/shop/" and beside it exact "/shop"',
  ]);
  expect(codesOf(prefixTakesMore, mesh)).toEqual([]);
});
