import { expect, test } from 'vitest';
import { serviceEntryTcpWithoutAddress } from '../../../charts-src/check/rules/w150-service-entry-tcp-without-address.ts';
import { codesOf, found, wordsOf } from '../found.ts';
import { object } from '../parts.ts';

test.each([
  {
    name: 'TCP and no protocol',
    mesh: [
      object(
        'ServiceEntry',
        'db',
        `hosts: [db.example.com]
ports:
  - { number: 5432, name: a, protocol: tcp }
  - { number: 5433, name: b }
  - { number: 443, name: c, protocol: TLS }`,
      ),
    ],
    finds: [
      'warning ServiceEntry shop/db spec.ports[0] | - { number: 5432, name: a, protocol: tcp }',
      'warning ServiceEntry shop/db spec.ports[1] | - { number: 5433, name: b }',
    ],
  },
  {
    name: 'addresses, other protocols',
    mesh: [
      object(
        'ServiceEntry',
        'db',
        `hosts: [db.example.com]
addresses: [10.1.2.3]
ports: [{ number: 5432, name: a, protocol: TCP }]`,
      ),
      object(
        'ServiceEntry',
        'web',
        `hosts: [web.example.com]
ports: [{ number: 443, name: a, protocol: TLS }, { number: 80, name: b, protocol: HTTP }]`,
      ),
    ],
    finds: [],
  },
  {
    name: 'Istio gives addresses',
    mesh: [
      `---
apiVersion: v1
kind: ConfigMap
metadata: { name: istio, namespace: istio-system }
data:
  mesh: |
    defaultConfig:
      proxyMetadata: { ISTIO_META_DNS_CAPTURE: "true", ISTIO_META_DNS_AUTO_ALLOCATE: "true" }`,
      object(
        'ServiceEntry',
        'db',
        `hosts: [db.example.com]
ports: [{ number: 5432, name: a, protocol: TCP }]`,
      ),
    ],
    finds: [],
  },
  {
    name: 'Istio gave it addresses',
    mesh: [
      object(
        'ServiceEntry',
        'db',
        `hosts: [db.example.com]
ports: [{ number: 5432, name: a, protocol: TCP }]`,
      ) + '\nstatus: { addresses: [{ value: 240.240.0.1 }] }',
    ],
    finds: [],
  },
])('$name', ({ mesh, finds }) => {
  expect(found(serviceEntryTcpWithoutAddress, mesh)).toEqual(finds);
});

test('it says what was found and how to fix it, and which codes it answers to', () => {
  const mesh = [
    object(
      'ServiceEntry',
      'db',
      `hosts: [db.example.com]
ports:
  - { number: 5432, name: a, protocol: tcp }
  - { number: 5433, name: b }
  - { number: 443, name: c, protocol: TLS }`,
    ),
  ];
  expect(wordsOf(serviceEntryTcpWithoutAddress, mesh)).toEqual([
    'port 5432 is TCP, and db.example.com has no addresses: the proxy cannot tell it from other hosts, and takes every connection to port 5432 -> add addresses, or protocol: TLS where it speaks TLS; or have Istio give addresses with DNS capture',
    'port 5433 is of no protocol, which means TCP, and db.example.com has no addresses: the proxy cannot tell it from other hosts, and takes every connection to port 5433 -> write protocol: TLS or HTTP where it speaks that; else add addresses',
  ]);
  expect(codesOf(serviceEntryTcpWithoutAddress, mesh)).toEqual(['IST0134', 'IST0134']);
});
