import { expect, test } from 'vitest';
import { serviceEntryProtocolsDiffer } from '../../../charts-src/check/rules/w151-service-entry-protocols-differ.ts';
import { codesOf, found, wordsOf } from '../found.ts';
import { object } from '../parts.ts';

test.each([
  {
    name: 'HTTP and HTTPS',
    mesh: [
      object(
        'ServiceEntry',
        'a',
        `hosts: [x.example.com]
ports:
  - { number: 8443, name: a, protocol: HTTP }`,
      ),
      object(
        'ServiceEntry',
        'b',
        `hosts: [y.example.com, x.example.com]
ports:
  - { number: 80, name: b, protocol: HTTP }
  - { number: 8443, name: a, protocol: HTTPS }`,
        'web',
      ),
    ],
    finds: [
      'warning ServiceEntry shop/a spec.ports[0].protocol | - { number: 8443, name: a, protocol: HTTP }',
      'warning ServiceEntry web/b spec.ports[1].protocol | - { number: 8443, name: a, protocol: HTTPS }',
    ],
  },
  {
    name: 'the same protocol, another port, other namespaces',
    mesh: [
      object(
        'ServiceEntry',
        'a',
        `hosts: [x.example.com]
ports: [{ number: 8443, name: a, protocol: https }]`,
      ),
      object(
        'ServiceEntry',
        'b',
        `hosts: [x.example.com]
ports: [{ number: 8443, name: a, protocol: HTTPS }, { number: 80, name: b, protocol: HTTP }]`,
      ),
      object(
        'ServiceEntry',
        'c',
        `hosts: [z.example.com]
exportTo: ["."]
ports: [{ number: 1, name: a, protocol: TCP }]`,
      ),
      object(
        'ServiceEntry',
        'd',
        `hosts: [z.example.com]
exportTo: ["."]
ports: [{ number: 1, name: a, protocol: TLS }]`,
        'web',
      ),
    ],
    finds: [],
  },
])('$name', ({ mesh, finds }) => {
  expect(found(serviceEntryProtocolsDiffer, mesh)).toEqual(finds);
});

test('it says what was found and how to fix it, and which codes it answers to', () => {
  const mesh = [
    object(
      'ServiceEntry',
      'a',
      `hosts: [x.example.com]
ports:
  - { number: 8443, name: a, protocol: HTTP }`,
    ),
    object(
      'ServiceEntry',
      'b',
      `hosts: [y.example.com, x.example.com]
ports:
  - { number: 80, name: b, protocol: HTTP }
  - { number: 8443, name: a, protocol: HTTPS }`,
      'web',
    ),
  ];
  expect(wordsOf(serviceEntryProtocolsDiffer, mesh)).toEqual([
    'port 8443 of "x.example.com" is HTTP here and HTTPS in ServiceEntry web/b: proxies use the one that is older -> write the same protocol in both, or make one ServiceEntry of them',
    'port 8443 of "x.example.com" is HTTPS here and HTTP in ServiceEntry shop/a: proxies use the one that is older -> write the same protocol in both, or make one ServiceEntry of them',
  ]);
  expect(codesOf(serviceEntryProtocolsDiffer, mesh)).toEqual(['IST0177', 'IST0177']);
});
