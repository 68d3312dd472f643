import { expect, test } from 'vitest';
import { destinationPortUnknown } from '../../../charts-src/check/rules/w102-destination-port-unknown.ts';
import { codesOf, found, wordsOf } from '../found.ts';
import { object, ORDERS, routes } from '../parts.ts';

test.each([
  {
    name: 'the port of the pods',
    mesh: [ORDERS, routes('orders', '- route: [{ destination: { host: orders, port: { number: 8080 } } }]')],
    finds: [
      'error VirtualService shop/orders spec.http[0].route[0].destination.port.number | - route: [{ destination: { host: orders, port: { number: 8080 } } }]',
    ],
  },
  {
    name: 'a port that is nowhere',
    mesh: [ORDERS, routes('orders', '- route: [{ destination: { host: orders, port: { number: 9999 } } }]')],
    finds: [
      'error VirtualService shop/orders spec.http[0].route[0].destination.port.number | - route: [{ destination: { host: orders, port: { number: 9999 } } }]',
    ],
  },
  {
    name: 'of a mirror and of a ServiceEntry',
    mesh: [
      ORDERS,
      object(
        'ServiceEntry',
        'pay',
        `hosts: [api.pay.example.com]
ports: [{ number: 443, name: https, protocol: HTTPS }]`,
      ),
      routes(
        'pay',
        `- route: [{ destination: { host: api.pay.example.com, port: { number: 80 } } }]
  mirror: { host: orders, port: { number: 81 } }`,
      ),
    ],
    finds: [
      'error VirtualService shop/pay spec.http[0].route[0].destination.port.number | - route: [{ destination: { host: api.pay.example.com, port: { number: 80 } } }]',
      'error VirtualService shop/pay spec.http[0].mirror.port.number | mirror: { host: orders, port: { number: 81 } }',
    ],
  },
  {
    name: 'the port of the Service',
    mesh: [ORDERS, routes('orders', '- route: [{ destination: { host: orders, port: { number: 80 } } }]')],
    finds: [],
  },
  { name: 'no port', mesh: [ORDERS, routes('orders', '- route: [{ destination: { host: orders } }]')], finds: [] },
  {
    name: 'an unknown host is said by W101',
    mesh: [ORDERS, routes('orders', '- route: [{ destination: { host: ghost, port: { number: 80 } } }]')],
    finds: [],
  },
])('$name', ({ mesh, finds }) => {
  expect(found(destinationPortUnknown, mesh)).toEqual(finds);
});

test('it says what was found and how to fix it, and which codes it answers to', () => {
  const mesh = [ORDERS, routes('orders', '- route: [{ destination: { host: orders, port: { number: 8080 } } }]')];
  expect(wordsOf(destinationPortUnknown, mesh)).toEqual([
    'host "orders" has no port 8080 (its ports: 80), so Envoy has no cluster for it and answers 503 -> 8080 is a port of its pods: name the port of the Service, 80',
  ]);
  expect(codesOf(destinationPortUnknown, mesh)).toEqual(['IST0101']);
});
