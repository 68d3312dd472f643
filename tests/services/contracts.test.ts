import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { describeContracts } from './contracts.ts';
import { faultOf } from './hostile-requests.ts';
import { addressOf, contractOf, operationsOf } from './operations.ts';
import { sendRaw } from './send-raw.ts';
import { SERVICES } from './shop.ts';
import { newShopper } from './shopper.ts';
import { rabbitMqOf, startServices, type ServiceShop } from './topologies.ts';

let shop: ServiceShop;

beforeAll(async () => {
  const broker = await rabbitMqOf(inject('rabbitMq'), 'contracts');
  shop = await startServices({ bundles: inject('bundles'), postgres: inject('postgres'), broker, name: 'contracts' });
});

afterAll(() => shop?.stop());

describeContracts(() => shop);

test('what is behind the gateway and away is 503, for every operation of it, and nothing else is', async () => {
  const { userId, token } = await newShopper(shop);
  const faults: string[] = [];
  let asked = 0;
  const gateway = operationsOf(contractOf('api-gateway'));
  for (const service of SERVICES.filter((name) => name !== 'api-gateway')) {
    const own = new Set(operationsOf(contractOf(service)).map(({ id }) => id));
    await shop.processes[service].kill();
    for (const operation of gateway.filter(({ id }) => own.has(id))) {
      const { method, example } = operation;
      const body = example === undefined ? undefined : JSON.stringify(example);
      const answer = await sendRaw(shop.url, {
        method,
        path: addressOf(operation, ({ schema }) => (schema['format'] === 'uuid' ? userId : 'coffee-beans-1kg')),
        headers: {
          authorization: `Bearer ${token}`,
          ...(body !== undefined && { 'content-type': 'application/json' }),
        },
        ...(body !== undefined && { body }),
      });
      asked += 1;
      const fault =
        faultOf([502, 503], answer) ??
        (answer.status === 503 && answer.headers['retry-after'] === undefined ? '503 without Retry-After' : undefined);
      if (fault !== undefined) faults.push(`${operation.id} without ${service}: ${fault}`);
    }
    await shop.processes[service].restart();
  }
  expect(faults).toEqual([]);
  expect(asked).toBe(gateway.length);
});

test('an order cannot be placed while nobody knows the user, and can be afterwards', async () => {
  const { userId, token } = await newShopper(shop);
  const place = () =>
    sendRaw(shop.serviceUrl('order-service'), {
      method: 'POST',
      path: '/api/orders',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ user_id: userId, items: [{ product_id: 'coffee-beans-1kg', quantity: 1 }] }),
    });
  await shop.processes['user-service'].kill();
  expect(faultOf([503], await place())).toBeUndefined();
  await shop.processes['user-service'].restart();
  expect((await place()).status).toBe(201);
});
