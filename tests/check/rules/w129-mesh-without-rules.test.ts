import { expect, test } from 'vitest';
import { meshWithoutRules } from '../../../charts-src/check/rules/w129-mesh-without-rules.ts';
import { codesOf, found, wordsOf } from '../found.ts';
import { routes } from '../parts.ts';

test.each([
  {
    name: 'all rules for the gateway',
    mesh: [
      routes(
        'orders',
        `- match: [{ gateways: [edge/edge] }]
  route: [{ destination: { host: orders } }]`,
        {
          gateways: `
  - edge/edge
  - mesh`,
        },
      ),
    ],
    finds: ['warning VirtualService shop/orders spec.gateways[1] | - mesh'],
  },
  {
    name: 'one rule for all',
    mesh: [
      routes(
        'orders',
        `- match: [{ gateways: [edge/edge] }]
  route: [{ destination: { host: orders } }]
- route: [{ destination: { host: orders } }]`,
        { gateways: '[edge/edge, mesh]' },
      ),
    ],
    finds: [],
  },
  {
    name: 'mesh is not named',
    mesh: [
      routes(
        'orders',
        `- match: [{ gateways: [edge/edge] }]
  route: [{ destination: { host: orders } }]`,
        { gateways: '[edge/edge]' },
      ),
    ],
    finds: [],
  },
])('$name', ({ mesh, finds }) => {
  expect(found(meshWithoutRules, mesh)).toEqual(finds);
});

test('it says what was found and how to fix it, and which codes it answers to', () => {
  const mesh = [
    routes(
      'orders',
      `- match: [{ gateways: [edge/edge] }]
  route: [{ destination: { host: orders } }]`,
      {
        gateways: `
  - edge/edge
  - mesh`,
      },
    ),
  ];
  expect(wordsOf(meshWithoutRules, mesh)).toEqual([
    'every rule is for edge/edge only, so sidecars drop this VirtualService and use the default route -> add a rule without match.gateways, or take mesh out',
  ]);
  expect(codesOf(meshWithoutRules, mesh)).toEqual([]);
});
