import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Pool } from 'undici';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { until } from '../support/until.ts';
import type { ServiceProcess } from '../support/service-process.ts';
import { startBalancer, type Balancer } from './balancer.ts';
import { auditBooks, unfinished } from './chaos/books.ts';
import type { PlacedOrder } from './chaos/customers.ts';
import { SERVICES, type ServiceName } from './shop.ts';
import { newShopper, type Shopper } from './shopper.ts';
import { rabbitMqOf, startServices, type ServiceShop } from './topologies.ts';

const PRODUCT = 'coffee-beans-1kg';
const CLIENTS = 6;
const STOCK = { [PRODUCT]: 500, 'espresso-machine': 500, 'mug-white': 500, 'tea-green-100g': 500 };

const balancers = new Map<ServiceName, Balancer>();
const instances = new Map<ServiceName, readonly ServiceProcess[]>();
let shop: ServiceShop;
let ada: Shopper;

beforeAll(async () => {
  for (const service of SERVICES) balancers.set(service, await startBalancer());
  const urlOf = (service: ServiceName): string => `${balancers.get(service)?.url}/api`;
  const urls = {
    ORDER_SERVICE_URL: urlOf('order-service'),
    USER_SERVICE_URL: urlOf('user-service'),
    PAYMENT_SERVICE_URL: urlOf('payment-service'),
    INVENTORY_SERVICE_URL: urlOf('inventory-service'),
    NOTIFICATION_SERVICE_URL: urlOf('notification-service'),
  };
  // Half a second is ten looks of the balancer.
  const delay = { SHUTDOWN_DELAY_MS: '500' };
  shop = await startServices({
    bundles: inject('bundles'),
    postgres: inject('postgres'),
    broker: await rabbitMqOf(inject('rabbitMq'), 'rolling'),
    name: 'rolling',
    variables: Object.fromEntries(SERVICES.map((service) => [service, { ...urls, ...delay }])),
  });
  for (const service of SERVICES) {
    const second = await shop.launch(service);
    await second.ready();
    instances.set(service, [shop.processes[service], second]);
    for (const { url } of instances.get(service) ?? []) balancers.get(service)?.add(url);
  }
  await until('all instances are ready', { timeoutMs: 60_000 }, () =>
    [...balancers.values()].every((balancer) => balancer.ready() === 2),
  );
  ada = await newShopper({ ...shop, url: balancers.get('api-gateway')?.url ?? '' });
});

afterAll(async () => {
  await shop?.stop();
  await Promise.all([...balancers.values()].map((balancer) => balancer.stop()));
});

test('every instance of every service is stopped and started again under load, and nobody sees an error', async () => {
  const pool = new Pool(balancers.get('api-gateway')?.url ?? '', { connections: CLIENTS });
  const orders: PlacedOrder[] = [];
  const bad: string[] = [];
  let isOver = false;
  const client = async (): Promise<void> => {
    while (!isOver && orders.length < STOCK[PRODUCT] - CLIENTS) {
      const answer = await pool.request({
        method: 'POST',
        path: '/api/orders',
        headers: {
          authorization: `Bearer ${ada.token}`,
          'content-type': 'application/json',
          'idempotency-key': randomUUID(),
        },
        body: JSON.stringify({ user_id: ada.userId, items: [{ product_id: PRODUCT, quantity: 1 }] }),
      });
      const text = await answer.body.text();
      if (answer.statusCode === 201) {
        // What the contract promises of 201.
        const { order_id: orderId } = JSON.parse(text) as { readonly order_id: string };
        orders.push({ orderId, userId: ada.userId, productId: PRODUCT, quantity: 1, isCancelledByUser: false });
      } else bad.push(`${answer.statusCode} ${text}`);
      await sleep(100);
    }
  };
  const clients = Promise.all(Array.from({ length: CLIENTS }, client));
  const codes: (number | null)[] = [];
  for (const service of SERVICES) {
    for (const instance of instances.get(service) ?? []) {
      codes.push(await instance.stop());
      await instance.restart();
      await until(`${service} is back`, { timeoutMs: 30_000 }, () => balancers.get(service)?.ready() === 2);
    }
  }
  isOver = true;
  await clients;
  await pool.close();
  expect(bad).toEqual([]);
  expect([...balancers.values()].flatMap(({ failures }) => failures)).toEqual([]);
  expect(codes.filter((code) => code !== 0)).toEqual([]);
  expect(codes).toHaveLength(2 * SERVICES.length);
  expect(orders.length).toBeGreaterThan(30);

  let left = {};
  await until('all is settled', { timeoutMs: 60_000, everyMs: 300, details: () => JSON.stringify(left) }, async () => {
    left = await unfinished(shop.databases);
    return Object.values(left).every((count) => count === 0);
  });
  expect((await auditBooks(shop.databases, orders, STOCK)).faults).toEqual([]);
});
