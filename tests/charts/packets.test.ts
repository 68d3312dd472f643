import { describe, expect, test } from 'vitest';
import { readLeaf } from '../support/manifest-folders.ts';
import { reachability, type NamedParty } from '../support/network-policy.ts';

const SHOP = [
  'api-gateway',
  'order-service',
  'user-service',
  'payment-service',
  'inventory-service',
  'notification-service',
];
const OWN_DATABASE = {
  'order-service': 'orders-db',
  'user-service': 'users-db',
  'payment-service': 'payments-db',
  'inventory-service': 'inventory-db',
  'notification-service': 'notifications-db',
};
const PODS = [...SHOP, ...Object.values(OWN_DATABASE), 'rabbitmq', 'kafka', 'kafka-topics'];

/** Who else there is around the shop. */
const OTHERS: readonly NamedParty[] = [
  { name: 'dns', namespace: 'kube-system', labels: { 'k8s-app': 'kube-dns' } },
  { name: 'istiod', namespace: 'istio-system', labels: { app: 'istiod' } },
  { name: 'prometheus', namespace: 'istio-system', labels: { 'app.kubernetes.io/name': 'prometheus' } },
  { name: 'ingress', namespace: 'istio-system', labels: { istio: 'ingressgateway' } },
  { name: 'stranger', namespace: 'other', labels: { app: 'order-service' } },
  { name: 'intruder', namespace: 'shop', labels: { app: 'intruder' } },
  { name: 'internet', ip: '93.184.216.34' },
  { name: 'private', ip: '10.20.30.40' },
];

/** Written from the shop's design, not from its code: what must be open, and nothing else may be. */
const EXPECTED = [
  'ingress->shop/api-gateway:8080',
  ...['order', 'user', 'payment', 'inventory', 'notification'].map(
    (name) => `shop/api-gateway->shop/${name}-service:8080`,
  ),
  'shop/order-service->shop/user-service:8080',
  ...Object.entries(OWN_DATABASE).map(([service, database]) => `shop/${service}->shop/${database}:5432`),
  ...Object.keys(OWN_DATABASE).map((service) => `shop/${service}->shop/rabbitmq:5672`),
  ...['order-service', 'user-service', 'payment-service', 'inventory-service', 'kafka-topics', 'kafka'].map(
    (name) => `shop/${name}->shop/kafka:9092`,
  ),
  'shop/kafka->shop/kafka:9093',
  'shop/notification-service->internet:465',
  ...PODS.flatMap((name) => [
    `shop/${name}->dns:53`,
    `shop/${name}->dns:53/UDP`,
    `shop/${name}->istiod:15012`,
    `prometheus->shop/${name}:15020`,
  ]),
];

describe.each(['dev', 'staging', 'prod'])('packets of the shop in %s', (environment) => {
  const objects = readLeaf(`dist/microservices/${environment}`).map(({ object }) => object);

  test('every declared edge is open, and everything else is closed', () => {
    const open = reachability(objects, OTHERS);
    expect([...open].sort()).toEqual([...EXPECTED].sort());
  });
});
