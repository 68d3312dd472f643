import { expect, test } from 'vitest';
import { delegateUnused } from '../../../charts-src/check/rules/w128-delegate-unused.ts';
import { codesOf, found, wordsOf } from '../found.ts';
import { object, routes } from '../parts.ts';

test.each([
  {
    name: 'nobody delegates to it',
    mesh: [object('VirtualService', 'inner', `http: [{ route: [{ destination: { host: a } }] }]`)],
    finds: ['warning VirtualService shop/inner spec | spec:'],
  },
  {
    name: 'one does, from another namespace',
    mesh: [
      object('VirtualService', 'inner', `http: [{ route: [{ destination: { host: a } }] }]`),
      routes('root', '- delegate: { name: inner, namespace: shop }', { namespace: 'web' }),
    ],
    finds: [],
  },
])('$name', ({ mesh, finds }) => {
  expect(found(delegateUnused, mesh)).toEqual(finds);
});

test('it says what was found and how to fix it, and which codes it answers to', () => {
  const mesh = [object('VirtualService', 'inner', `http: [{ route: [{ destination: { host: a } }] }]`)];
  expect(wordsOf(delegateUnused, mesh)).toEqual([
    'it has no hosts and no VirtualService of the files delegates to it, so its rules do not act -> add hosts, or delegate: { name: inner, namespace: shop } in another one',
  ]);
  expect(codesOf(delegateUnused, mesh)).toEqual([]);
});
