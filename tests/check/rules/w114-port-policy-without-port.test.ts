import { expect, test } from 'vitest';
import { portPolicyWithoutPort } from '../../../charts-src/check/rules/w114-port-policy-without-port.ts';
import { codesOf, found, wordsOf } from '../found.ts';
import { object, ORDERS } from '../parts.ts';

test.each([
  {
    name: 'the port of the pods, and one that is nowhere',
    mesh: [
      ORDERS,
      object(
        'DestinationRule',
        'ports',
        `host: orders
trafficPolicy:
  portLevelSettings:
    - port: { number: 8080 }
      tls: { mode: DISABLE }
subsets:
  - name: v3
    trafficPolicy:
      portLevelSettings:
        - port: { number: 9090 }
          tls: { mode: DISABLE }`,
      ),
    ],
    finds: [
      'warning DestinationRule shop/ports spec.trafficPolicy.portLevelSettings[0].port.number | - port: { number: 8080 }',
      'warning DestinationRule shop/ports spec.subsets[0].trafficPolicy.portLevelSettings[0].port.number | - port: { number: 9090 }',
    ],
  },
  {
    name: 'a port of the Service',
    mesh: [
      ORDERS,
      object(
        'DestinationRule',
        'ports',
        `host: orders
trafficPolicy:
  portLevelSettings:
    - port: { number: 80 }
      tls: { mode: DISABLE }`,
      ),
    ],
    finds: [],
  },
  {
    name: 'a wildcard, an unknown host',
    mesh: [
      ORDERS,
      object(
        'DestinationRule',
        'all',
        `host: "*.shop.svc.cluster.local"
trafficPolicy: { portLevelSettings: [{ port: { number: 1 }, tls: { mode: DISABLE } }] }`,
      ),
      object(
        'DestinationRule',
        'ghost',
        `host: ghost
trafficPolicy: { portLevelSettings: [{ port: { number: 1 }, tls: { mode: DISABLE } }] }`,
      ),
    ],
    finds: [],
  },
])('$name', ({ mesh, finds }) => {
  expect(found(portPolicyWithoutPort, mesh)).toEqual(finds);
});

test('it says what was found and how to fix it, and which codes it answers to', () => {
  const mesh = [
    ORDERS,
    object(
      'DestinationRule',
      'ports',
      `host: orders
trafficPolicy:
  portLevelSettings:
    - port: { number: 8080 }
      tls: { mode: DISABLE }
subsets:
  - name: v3
    trafficPolicy:
      portLevelSettings:
        - port: { number: 9090 }
          tls: { mode: DISABLE }`,
    ),
  ];
  expect(wordsOf(portPolicyWithoutPort, mesh)).toEqual([
    'host "orders" has no port 8080 (its ports: 80), so these settings never act -> 8080 is a port of its pods: name the port of the Service, 80',
    'host "orders" has no port 9090 (its ports: 80), so these settings never act -> name a port of the host',
  ]);
  expect(codesOf(portPolicyWithoutPort, mesh)).toEqual([]);
});
