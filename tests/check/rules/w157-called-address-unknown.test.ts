import { expect, test } from 'vitest';
import { calledAddressUnknown } from '../../../charts-src/check/rules/w157-called-address-unknown.ts';
import { found, wordsOf } from '../found.ts';
import { object, ORDERS, pods, service } from '../parts.ts';

const mesh = (value: string, ...more: readonly string[]): readonly string[] => [
  ORDERS,
  service('stock', { namespace: 'store' }),
  pods('front', '{ app: front }', { env: `[{ name: ORDERS_URL, value: "${value}" }]` }),
  ...more,
];
const severityOf = (value: string, ...more: readonly string[]): readonly string[] =>
  found(calledAddressUnknown, mesh(value, ...more)).map((line) => line.split(' ')[0] ?? '');

test.each([
  { value: 'http://orders:8080', hits: ['error'] },
  { value: 'https://orders', hits: ['error'] },
  { value: 'http://orders.shop:81/api', hits: ['error'] },
  { value: 'http://order', hits: ['error'] },
  { value: 'http://order.shop.svc.cluster.local', hits: ['error'] },
  { value: 'http://payments.shop.svc', hits: ['warning'] },
  { value: 'http://stock', hits: ['error'] },
  { value: 'http://orders.elsewhere.svc.cluster.local', hits: ['info'] },
  { value: 'http://orders', hits: [] },
  { value: 'http://orders.shop.svc.cluster.local:80', hits: [] },
  { value: 'http://something', hits: [] },
  { value: 'http://payments.elsewhere.svc.cluster.local', hits: [] },
  { value: 'https://api.example.com', hits: [] },
  { value: 'http://10.0.0.7:9000', hits: [] },
  { value: 'http://localhost:9000', hits: [] },
])('$value', ({ value, hits }) => {
  expect(severityOf(value)).toEqual(hits);
});

test('a host outside, where nothing else may leave', () => {
  const sidecar = object('Sidecar', 'default', 'outboundTrafficPolicy: { mode: REGISTRY_ONLY }');
  const entry = object(
    'ServiceEntry',
    'api',
    'hosts: ["*.example.com"]\nports: [{ number: 443, name: tls, protocol: TLS }]',
  );
  expect(severityOf('https://api.example.com', sidecar)).toEqual(['error']);
  expect(severityOf('https://api.example.com', sidecar, entry)).toEqual([]);
});

test('ports of pods behind a headless Service, and of a name outside, are not judged', () => {
  const others = [
    object('Service', 'db', 'clusterIP: None\nselector: { app: orders }\nports: [{ name: tcp, port: 5432 }]'),
    object('Service', 'out', 'type: ExternalName\nexternalName: a.example.com\nports: [{ name: tcp, port: 1 }]'),
  ];
  expect(severityOf('http://db:9999,http://out:9999', ...others)).toEqual([]);
});

test('it says what was meant', () => {
  expect([
    ...wordsOf(calledAddressUnknown, mesh('http://orders:8080')),
    ...wordsOf(calledAddressUnknown, mesh('https://orders')),
  ]).toEqual([
    'Deployment shop/front is told to call "orders:8080" (ORDERS_URL): Service "orders" has no port 8080, which is that of its pods (its ports: 80), so the connection fails -> call port 80',
    'Deployment shop/front is told to call "orders:443" (ORDERS_URL): Service "orders" has no port 443 (its ports: 80), so the connection fails -> write http://…: between sidecars the mesh encrypts by itself',
  ]);
});

test('a workload that is applied to any namespace says nothing of its own', () => {
  const anywhere = mesh('http://orders.elsewhere.svc.cluster.local').map((part) =>
    part.replaceAll('namespace: shop, ', ''),
  );
  expect(found(calledAddressUnknown, anywhere)).toEqual([]);
});
