import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { describeShop } from './acceptance.ts';
import { describeAuthorization } from './authorization.ts';
import { eventCatalogue, type EventType } from '../../apps/shared/events/catalogue.ts';
import { EVENT_TYPES, eventFaults } from '../support/event-faults.ts';
import { query } from '../support/postgres.ts';
import { until } from '../support/until.ts';
import { overhear } from './overheard.ts';
import { newShopper, shopWith, stranger } from './shopper.ts';
import { rabbitMqOf, startServices, type ServiceShop } from './topologies.ts';

let shop: ServiceShop;
let heard: Awaited<ReturnType<typeof overhear>>;

beforeAll(async () => {
  const broker = await rabbitMqOf(inject('rabbitMq'), 'acceptance');
  heard = await overhear(broker.vhost);
  shop = await startServices({ bundles: inject('bundles'), postgres: inject('postgres'), broker, name: 'acceptance' });
});

afterAll(() => Promise.all([shop?.stop(), heard?.stop()]));

describeShop('services with PostgreSQL and RabbitMQ', () => shop);
describeAuthorization(() => shop);

test('the rate limit holds under load: a caller gets what is allowed, and takes nothing from others', async () => {
  const [limit, seconds] = [50, 30];
  const gateway = await shop.launch('api-gateway', {
    RATE_LIMIT_REQUESTS: String(limit),
    RATE_LIMIT_SECONDS: String(seconds),
  });
  await gateway.ready();
  const limited = { ...shop, url: gateway.url };
  const [ada, bob] = [await newShopper(shop), await newShopper(shop)];
  const asAda = shopWith(limited, ada.token);
  const answers = await Promise.all(Array.from({ length: 300 }, () => asAda.GET('/products', {})));
  const refused = answers.filter(({ response }) => response.status === 429);
  expect(answers.filter(({ response }) => response.status === 200)).toHaveLength(limit);
  expect(refused).toHaveLength(300 - limit);
  for (const { response, error } of refused) {
    expect(error).toMatchObject({ status: 429 });
    const wait = Number(response.headers.get('retry-after'));
    expect(wait).toBeGreaterThanOrEqual(1);
    expect(wait).toBeLessThanOrEqual(seconds);
  }
  expect((await shopWith(limited, bob.token).GET('/products', {})).response.status).toBe(200);
  expect((await stranger(limited).GET('/products', {})).response.status).toBe(200);
  // A made-up token is nobody: it counts for the address, and does not open a new account of requests.
  const forged = await Promise.all(
    Array.from({ length: 2 * limit }, (_, index) =>
      shopWith(limited, `${ada.token.slice(0, -6)}${String(index).padStart(6, 'x')}`).GET('/products', {}),
    ),
  );
  expect(forged.filter(({ response }) => response.status === 401).length).toBeLessThan(limit);
  expect(forged.filter(({ response }) => ![401, 429].includes(response.status))).toEqual([]);
});

describe('a message that cannot be handled', () => {
  const order = randomUUID();
  const event = {
    event_type: 'OrderCreated',
    ...{ event_id: randomUUID(), subject_id: order, order_id: order, user_id: 'nobody' },
    timestamp: new Date().toISOString(),
    version: 1,
    items: [{ product_id: 'coffee-beans-1kg', quantity: 1 }],
  };
  const parkedIn = (module: 'payments' | 'inventory') =>
    query<{ queue: string; reason: string }>(
      shop.databases[module],
      `select queue, reason from ${module}.parked order by id`,
    );

  test('is put aside with its reason, each queue for itself', async () => {
    for (const queue of ['payment_service_queue', 'inventory_service_queue']) await heard.put(queue, event);
    for (const [module, queue] of [
      ['payments', 'payment_service_queue'],
      ['inventory', 'inventory_service_queue'],
    ] as const) {
      await until(`${module} has put it aside`, { timeoutMs: 20_000 }, async () => (await parkedIn(module)).length > 0);
      expect(await parkedIn(module)).toEqual([
        { queue, reason: expect.stringMatching(/^OrderCreated is not what its contract says: user_id: /) },
      ]);
    }
  });

  test('is replayed for one queue, when what was wrong with it is put right', async () => {
    const { payments } = shop.databases;
    await query(
      payments,
      `insert into payments.parked (queue, message, reason) values ('another_queue', '{}', 'not ours')`,
    );
    expect(await shop.run('payment-service', 'replay', 'payment_service_queue')).toMatch(
      /^payments: 0 done, 1 failed\npayment_service_queue, number \d+: OrderCreated is not what/m,
    );
    await query(
      payments,
      `update payments.parked set message = jsonb_set(message, '{user_id}', to_jsonb($1::text)) where queue = 'payment_service_queue'`,
      [randomUUID()],
    );
    expect(await shop.run('payment-service', 'replay', 'payment_service_queue')).toBe('payments: 1 done, 0 failed\n');
    expect(await query(payments, 'select status from payments.payments where order_id = $1', [order])).toEqual([
      { status: 'processed' },
    ]);
    // What another queue brought, here or elsewhere, is where it was.
    expect((await parkedIn('payments')).map(({ queue }) => queue)).toEqual(['another_queue']);
    expect(await parkedIn('inventory')).toHaveLength(1);
  });

  test('of a queue that is not here is not replayed: the queues that are here are named', async () => {
    await expect(shop.run('payment-service', 'replay', 'order_service_queue')).rejects.toThrow(
      /ended with code 2:[\s\S]*replay order_service_queue: there is no such queue here; there are payment_service_queue/,
    );
  });
});

test('all that was published meanwhile is as the committed contract of the events says', () => {
  expect(heard.messages.flatMap(({ content }) => eventFaults(content))).toEqual([]);
  const ways = new Set(heard.messages.map(({ routingKey, type }) => `${routingKey} ${String(type)}`));
  // Each type there is was among them, by its own routing key.
  expect([...ways].sort()).toEqual(
    EVENT_TYPES.map((type) => `${eventCatalogue[type as EventType].routingKey} ${type}`).sort(), // the contract is made from the catalogue
  );
});
