import { expect, test } from 'vitest';
import { delegateLost } from '../../../charts-src/check/rules/w127-delegate-lost.ts';
import { codesOf, found, wordsOf } from '../found.ts';
import { object, routes } from '../parts.ts';

test.each([
  {
    name: 'no such VirtualService',
    mesh: [
      routes(
        'root',
        `- match: [{ uri: { prefix: /a } }]
  delegate: { name: inner }`,
      ),
      object('VirtualService', 'iner', `http: [{ route: [{ destination: { host: a } }] }]`),
    ],
    finds: ['error VirtualService shop/root spec.http[0].delegate | delegate: { name: inner }'],
  },
  {
    name: 'in a namespace that is not among the files',
    mesh: [routes('root', `- delegate: { name: inner, namespace: team }`)],
    finds: ['warning VirtualService shop/root spec.http[0].delegate | - delegate: { name: inner, namespace: team }'],
  },
  {
    name: 'it has hosts',
    mesh: [routes('root', `- delegate: { name: inner }`), routes('inner', '- route: [{ destination: { host: a } }]')],
    finds: ['error VirtualService shop/root spec.http[0].delegate | - delegate: { name: inner }'],
  },
  {
    name: 'it is not exported',
    mesh: [
      routes('root', `- delegate: { name: inner, namespace: team }`),
      object(
        'VirtualService',
        'inner',
        `exportTo: ["."]
http: [{ route: [{ destination: { host: a } }] }]`,
        'team',
      ),
    ],
    finds: ['error VirtualService shop/root spec.http[0].delegate | - delegate: { name: inner, namespace: team }'],
  },
  {
    name: 'its match does not fit, and it delegates further',
    mesh: [
      routes(
        'root',
        `- match: [{ uri: { prefix: /a } }]
  delegate: { name: inner }`,
      ),
      object(
        'VirtualService',
        'inner',
        `http:
  - match: [{ uri: { prefix: /b } }]
    route: [{ destination: { host: a } }]
  - delegate: { name: more }`,
      ),
      object('VirtualService', 'more', `http: [{ route: [{ destination: { host: a } }] }]`),
    ],
    finds: [
      'error VirtualService shop/inner spec.http[0] | - match: [{ uri: { prefix: /b } }]',
      'error VirtualService shop/inner spec.http[1] | - delegate: { name: more }',
    ],
  },
  {
    name: 'all fits',
    mesh: [
      routes(
        'root',
        `- match: [{ uri: { prefix: /a } }]
  delegate: { name: inner, namespace: team }`,
      ),
      object(
        'VirtualService',
        'inner',
        `exportTo: [shop]
http: [{ match: [{ uri: { prefix: /a/b } }], route: [{ destination: { host: a } }] }]`,
        'team',
      ),
    ],
    finds: [],
  },
])('$name', ({ mesh, finds }) => {
  expect(found(delegateLost, mesh)).toEqual(finds);
});

test('it says what was found and how to fix it, and which codes it answers to', () => {
  const mesh = [
    routes(
      'root',
      `- match: [{ uri: { prefix: /a } }]
  delegate: { name: inner }`,
    ),
    object('VirtualService', 'iner', `http: [{ route: [{ destination: { host: a } }] }]`),
  ];
  expect(wordsOf(delegateLost, mesh)).toEqual([
    'there is no VirtualService "inner" in namespace "shop", so this rule vanishes -> did you mean iner',
  ]);
  expect(codesOf(delegateLost, mesh)).toEqual([]);
});
