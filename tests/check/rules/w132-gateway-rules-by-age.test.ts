import { expect, test } from 'vitest';
import { gatewayRulesByAge } from '../../../charts-src/check/rules/w132-gateway-rules-by-age.ts';
import { codesOf, found, wordsOf } from '../found.ts';
import { routes } from '../parts.ts';

test.each([
  {
    name: 'two default rules',
    mesh: [
      routes('a', '- route: [{ destination: { host: a } }]', { hosts: '[x.example.com]', gateways: '[edge/edge]' }),
      routes('b', '- route: [{ destination: { host: b } }]', { hosts: '[x.example.com]', gateways: '[edge/edge]' }),
    ],
    finds: ['warning VirtualService shop/a spec.http[0] | - route: [{ destination: { host: a } }]'],
  },
  {
    name: 'a prefix and a longer one, whichever comes first',
    mesh: [
      routes(
        'a',
        `- match: [{ uri: { prefix: /api/v2 } }]
  route: [{ destination: { host: a } }]`,
        { hosts: '[x.example.com]', gateways: '[edge/edge]' },
      ),
      routes(
        'b',
        `- match: [{ uri: { prefix: /api } }]
  route: [{ destination: { host: b } }]`,
        { hosts: '[x.example.com]', gateways: '[edge/edge]' },
      ),
    ],
    finds: ['warning VirtualService shop/a spec.http[0] | - match: [{ uri: { prefix: /api/v2 } }]'],
  },
  {
    name: 'other paths, and one default rule',
    mesh: [
      routes(
        'a',
        `- match: [{ uri: { prefix: /a } }]
  route: [{ destination: { host: a } }]
- route: [{ destination: { host: a } }]`,
        { hosts: '[x.example.com]', gateways: '[edge/edge]' },
      ),
      routes(
        'b',
        `- match: [{ uri: { prefix: /b } }]
  route: [{ destination: { host: b } }]`,
        { hosts: '[x.example.com]', gateways: '[edge/edge]' },
      ),
    ],
    finds: [],
  },
  {
    name: 'other hosts, other gateways, the same destination',
    mesh: [
      routes('a', '- route: [{ destination: { host: a } }]', { hosts: '[x.example.com]', gateways: '[edge/edge]' }),
      routes('b', '- route: [{ destination: { host: b } }]', { hosts: '[y.example.com]', gateways: '[edge/edge]' }),
      routes('c', '- route: [{ destination: { host: b } }]', { hosts: '[x.example.com]', gateways: '[edge/two]' }),
      routes('d', '- route: [{ destination: { host: a } }]', { hosts: '[x.example.com]', gateways: '[edge/edge]' }),
    ],
    finds: [],
  },
])('$name', ({ mesh, finds }) => {
  expect(found(gatewayRulesByAge, mesh)).toEqual(finds);
});

test('it says what was found and how to fix it, and which codes it answers to', () => {
  const mesh = [
    routes('a', '- route: [{ destination: { host: a } }]', { hosts: '[x.example.com]', gateways: '[edge/edge]' }),
    routes('b', '- route: [{ destination: { host: b } }]', { hosts: '[x.example.com]', gateways: '[edge/edge]' }),
  ];
  expect(wordsOf(gatewayRulesByAge, mesh)).toEqual([
    'VirtualService shop/b has a rule for the same requests to host "x.example.com" of gateway edge/edge (spec.http[0]), and leads them elsewhere: the older of the two gets them, whichever that is in the cluster -> put the rules of one host into one VirtualService, or delegate from one, so that their order is written down',
  ]);
  expect(codesOf(gatewayRulesByAge, mesh)).toEqual(['KIA1106']);
});
