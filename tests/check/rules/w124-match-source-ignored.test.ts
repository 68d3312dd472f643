import { expect, test } from 'vitest';
import { matchSourceIgnored } from '../../../charts-src/check/rules/w124-match-source-ignored.ts';
import { codesOf, found, wordsOf } from '../found.ts';
import { ORDERS, routes } from '../parts.ts';

test.each([
  {
    name: 'labels beside gateways',
    mesh: [
      routes(
        'orders',
        `- match:
    - gateways: [mesh]
      sourceLabels: { app: front }
  route: [{ destination: { host: orders } }]`,
      ),
    ],
    finds: ['warning VirtualService shop/orders spec.http[0].match[0].sourceLabels | sourceLabels: { app: front }'],
  },
  {
    name: 'a namespace beside gateways',
    mesh: [
      routes(
        'orders',
        `- match:
    - gateways: [mesh]
      sourceNamespace: web
  route: [{ destination: { host: orders } }]`,
      ),
    ],
    finds: ['warning VirtualService shop/orders spec.http[0].match[0].sourceNamespace | sourceNamespace: web'],
  },
  {
    name: 'labels that no pod has',
    mesh: [
      ORDERS,
      routes(
        'orders',
        `- match:
    - sourceLabels: { app: frnt }
  route: [{ destination: { host: orders } }]`,
      ),
    ],
    finds: ['warning VirtualService shop/orders spec.http[0].match[0].sourceLabels | - sourceLabels: { app: frnt }'],
  },
  {
    name: 'labels that a pod has',
    mesh: [
      ORDERS,
      routes(
        'orders',
        `- match: [{ sourceLabels: { app: orders, version: v1 } }]
  route: [{ destination: { host: orders } }]`,
      ),
    ],
    finds: [],
  },
  {
    name: 'no pods among the files',
    mesh: [
      routes(
        'orders',
        `- match: [{ sourceLabels: { app: front } }]
  route: [{ destination: { host: orders } }]`,
      ),
    ],
    finds: [],
  },
])('$name', ({ mesh, finds }) => {
  expect(found(matchSourceIgnored, mesh)).toEqual(finds);
});

test('it says what was found and how to fix it, and which codes it answers to', () => {
  const mesh = [
    routes(
      'orders',
      `- match:
    - gateways: [mesh]
      sourceLabels: { app: front }
  route: [{ destination: { host: orders } }]`,
    ),
  ];
  expect(wordsOf(matchSourceIgnored, mesh)).toEqual([
    'sourceLabels has no effect beside gateways: the match acts for every client of mesh -> take gateways out, or make two matches of it',
  ]);
  expect(codesOf(matchSourceIgnored, mesh)).toEqual([]);
});
