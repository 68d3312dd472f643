import { expect, test } from 'vitest';
import { redirectCodeNotBuilt } from '../../../charts-src/check/rules/w125-redirect-code-not-built.ts';
import { codesOf, found, wordsOf } from '../found.ts';
import { routes } from '../parts.ts';

test.each([
  {
    name: '304, 300, 305',
    mesh: [
      routes(
        'orders',
        `- match: [{ uri: { prefix: /a } }]
  redirect: { uri: /b, redirectCode: 304 }
- match: [{ uri: { prefix: /b } }]
  redirect: { uri: /c, redirectCode: 300 }
- redirect: { uri: /c, redirectCode: 305 }`,
      ),
    ],
    finds: [
      'error VirtualService shop/orders spec.http[0].redirect.redirectCode | redirect: { uri: /b, redirectCode: 304 }',
      'error VirtualService shop/orders spec.http[1].redirect.redirectCode | redirect: { uri: /c, redirectCode: 300 }',
      'error VirtualService shop/orders spec.http[2].redirect.redirectCode | - redirect: { uri: /c, redirectCode: 305 }',
    ],
  },
  {
    name: 'those that are built, and none',
    mesh: [
      routes(
        'orders',
        `- match: [{ uri: { prefix: /a } }]
  redirect: { uri: /b, redirectCode: 301 }
- match: [{ uri: { prefix: /b } }]
  redirect: { uri: /c, redirectCode: 308 }
- redirect: { uri: /c }`,
      ),
    ],
    finds: [],
  },
  {
    name: 'what is refused at admission',
    mesh: [routes('orders', '- redirect: { uri: /c, redirectCode: 200 }')],
    finds: [],
  },
])('$name', ({ mesh, finds }) => {
  expect(found(redirectCodeNotBuilt, mesh)).toEqual(finds);
});

test('it says what was found and how to fix it, and which codes it answers to', () => {
  const mesh = [
    routes(
      'orders',
      `- match: [{ uri: { prefix: /a } }]
  redirect: { uri: /b, redirectCode: 304 }
- match: [{ uri: { prefix: /b } }]
  redirect: { uri: /c, redirectCode: 300 }
- redirect: { uri: /c, redirectCode: 305 }`,
    ),
  ];
  expect(wordsOf(redirectCodeNotBuilt, mesh)).toEqual([
    'redirectCode 304 passes admission and is none that Istio builds (301, 302, 303, 307, 308): the route gets no action, and Envoy refuses all routes of its port -> write 302, or 301 for good',
    'redirectCode 300 passes admission and is none that Istio builds (301, 302, 303, 307, 308): the route gets no action, and Envoy refuses all routes of its port -> write 302, or 301 for good',
    'redirectCode 305 passes admission and is none that Istio builds (301, 302, 303, 307, 308): the route gets no action, and Envoy refuses all routes of its port -> write one of 301, 302, 303, 307, 308',
  ]);
  expect(codesOf(redirectCodeNotBuilt, mesh)).toEqual([]);
});
