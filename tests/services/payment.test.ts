import { randomInt, randomUUID } from 'node:crypto';
import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import type { Bank } from '../../apps/payment/business/bank.ts';
import { demoBank } from '../../apps/payment/business/bank.ts';
import { payments } from '../../apps/payment/module.ts';
import { rabbitMqBus } from '../../apps/shared/bus/rabbit-mq-bus.ts';
import type { ShopEvent } from '../../apps/shared/events/catalogue.ts';
import { replayParked } from '../../apps/shared/events/inbox.ts';
import { relay } from '../../apps/shared/events/relay.ts';
import { orderEvents } from '../apps/order-events.ts';
import { createVirtualHost } from '../support/rabbitmq.ts';
import { until } from '../support/until.ts';
import { moduleOnPostgres, shuffled, type ModuleOnPostgres } from './module-on-postgres.ts';

/** A bank that knows what it holds, and can be away. */
const held = new Map<string, number>();
let isAway = false;
const bank: Bank = {
  charge: async (key, amount) => {
    if (isAway) throw new Error('the bank is away');
    const charge = await demoBank.charge(key, amount);
    if (charge.outcome === 'accepted') held.set(key, amount.minor_units);
    return charge;
  },
  refund: async (key) => void held.delete(key),
};

let service: ModuleOnPostgres;

beforeAll(async () => {
  service = await moduleOnPostgres((world) => payments({ ...world, bank }));
});
afterAll(() => service?.close());
beforeEach(async () => {
  held.clear();
  isAway = false;
  await service.query(
    'truncate payments.payments, payments.forbidden, payments.outbox, payments.inbox, payments.parked',
  );
});

const statuses = async (): Promise<Map<string, string>> => {
  const rows = await service.query<{ order_id: string; status: string }>(
    'select order_id, status from payments.payments',
  );
  return new Map(rows.map(({ order_id, status }) => [order_id, status]));
};
const types = (events: readonly ShopEvent[]): string[] => events.map(({ event_type }) => event_type);

describe('payment on PostgreSQL', () => {
  test('an event that comes ten times at once, to two processes, is paid for and told of once', async () => {
    const { created, order_id } = orderEvents();
    await Promise.all(Array.from({ length: 10 }, (_, index) => service.handle(created, index)));
    expect([...(await statuses())]).toEqual([[order_id, 'processed']]);
    expect(await service.told()).toMatchObject([
      { event_type: 'PaymentProcessed', subject_id: order_id, amount: { minor_units: 2_980, currency: 'EUR' } },
    ]);
  });

  test('an order that is told of by two events, also after it was refunded, is paid for once', async () => {
    const { created, cancelled, order_id } = orderEvents();
    const again = () => service.handle({ ...created, event_id: randomUUID() });
    await service.handle(created);
    await again();
    expect([...(await statuses())]).toEqual([[order_id, 'processed']]);
    await service.handle(cancelled);
    await again();
    expect([...(await statuses())]).toEqual([[order_id, 'refunded']]);
    expect(held.has(order_id)).toBe(false);
    expect(types(await service.told())).toEqual(['PaymentProcessed', 'PaymentRefunded']);
  });

  test('whatever order events come in, the bank keeps the money of those orders that stand, and events add up', async () => {
    const seed = randomInt(2 ** 31);
    const orders = Array.from({ length: 40 }, (_, index) => ({
      ...orderEvents([{ product_id: 'espresso-machine', quantity: 1 + (index % 4) }]),
      isCancelled: index % 3 === 0,
    }));
    const events = orders.flatMap(({ created, cancelled, isCancelled }) =>
      isCancelled ? [created, cancelled, created, cancelled] : [created, created],
    );
    await Promise.all(shuffled(events, seed).map((event, index) => service.handle(event, index)));

    const now = await statuses();
    const told = await service.told();
    for (const [index, { order_id, isCancelled }] of orders.entries()) {
      const isRefused = index % 4 === 3; // four machines are more than the card takes
      const mine = types(told.filter(({ subject_id }) => subject_id === order_id));
      const seen = `seed ${seed}: ${now.get(order_id)} ${mine.join()}`;
      expect(held.has(order_id), seen).toBe(!isCancelled && !isRefused);
      if (isRefused) expect([undefined, 'refused'], seen).toContain(now.get(order_id));
      else if (isCancelled) expect([undefined, 'refunded'], seen).toContain(now.get(order_id));
      else expect(now.get(order_id), seen).toBe('processed');
      expect(mine, seen).toEqual(
        {
          processed: ['PaymentProcessed'],
          refused: ['PaymentRefused'],
          refunded: ['PaymentProcessed', 'PaymentRefunded'],
        }[now.get(order_id) ?? ''] ?? [],
      );
    }
  });

  test('while the bank is away nothing is kept, and the event can come again', async () => {
    const { created, order_id } = orderEvents();
    isAway = true;
    await expect(service.handle(created)).rejects.toThrow('the bank is away');
    expect([(await statuses()).size, await service.told()]).toEqual([0, []]);
    isAway = false;
    await service.handle(created);
    expect([...(await statuses())]).toEqual([[order_id, 'processed']]);
  });

  test('money that was taken without our knowing goes back when the order is cancelled', async () => {
    const { created, cancelled, order_id } = orderEvents();
    held.set(order_id, 2_980); // the bank took it, and its answer was lost; the event is put aside or on its way
    await service.handle(cancelled);
    expect(held.size).toBe(0);
    await service.handle(created);
    expect([held.size, (await statuses()).size, await service.told()]).toEqual([0, 0, []]);
  });

  test('a message that PostgreSQL itself would refuse can be put aside, and an event can be replayed', async () => {
    const [first] = service.modules[0].subscriptions;
    const { created, order_id } = orderEvents();
    await first?.park({ text: 'NUL \0, half a character \ud800, both escaped \\u0000 \\ud800' }, 'not \0 readable');
    await first?.park(created, 'the bank was away');
    const parked = await service.query<{ message: unknown; reason: string }>(
      'select message, reason from payments.parked order by id',
    );
    expect(parked[0]).toEqual({
      message: { text: 'NUL \ufffd, half a character \ufffd, both escaped \\u0000 \\ud800' },
      reason: 'not \ufffd readable',
    });
    const [{ store, subscriptions }] = service.modules;
    if (store === undefined) throw new Error('it has one');
    expect(await replayParked(store, subscriptions)).toMatchObject({ done: 1, failures: [expect.any(String)] });
    expect([...(await statuses())]).toEqual([[order_id, 'processed']]);
  });

  test('the owner and staff see a payment, another user does not', async () => {
    const { created, order_id, user_id } = orderEvents();
    await service.handle(created);
    const owner = { userId: user_id };
    const list = `/payments?order_id=${order_id}`;
    const mine = await service.ask('GET', list, { as: owner });
    expect(mine).toMatchObject({ status: 200, body: { payments: [{ order_id, user_id, status: 'processed' }] } });
    const [payment] = (mine.body as { payments: { payment_id: string }[] }).payments; // as was just expected
    const one = `/payments/${payment?.payment_id}`;
    expect(await service.ask('GET', one, { as: owner })).toEqual({ status: 200, body: payment });
    expect(await service.ask('GET', one, { as: { userId: randomUUID(), roles: ['staff'] } })).toMatchObject({
      status: 200,
    });

    const other = { userId: randomUUID() };
    expect(await service.ask('GET', list, { as: other })).toEqual({ status: 200, body: { payments: [] } });
    expect(await service.ask('GET', one, { as: other })).toMatchObject({
      status: 404,
      body: { type: '/problems/not-found' },
    });
    expect(await service.ask('GET', one)).toMatchObject({ status: 401, body: { type: '/problems/token-missing' } });
    expect(await service.ask('GET', `${list}&cursor=bm9uc2Vuc2U`, { as: owner })).toMatchObject({ status: 422 });
  });
});

test('an order that comes over RabbitMQ is answered over RabbitMQ', async () => {
  const vhost = await createVirtualHost(inject('rabbitMq'), `payment-${randomUUID().slice(0, 8)}`);
  const log = pino({ level: 'silent' });
  const open = (name: string) => rabbitMqBus({ ...vhost, exchange: 'events', name }, { log });
  const [mine, theirs] = [open('payment-service'), open('order-service')];
  const answers: ShopEvent[] = [];
  const controller = new AbortController();
  let relaying: Promise<void> | undefined;
  try {
    const [{ store, subscriptions }] = service.modules;
    if (store === undefined) throw new Error('it has one');
    await mine.subscribe(subscriptions);
    await theirs.subscribe([
      {
        queue: 'order_service_queue',
        types: ['PaymentProcessed', 'PaymentRefused'],
        handle: async (event) => void answers.push(event),
        park: async () => {},
      },
    ]);
    relaying = relay({ store, lane: 'all', bus: mine }).run(controller.signal);
    const orders = [orderEvents(), orderEvents([{ product_id: 'espresso-machine', quantity: 4 }])];
    await theirs.publish(orders.map(({ created }) => created));
    await until('both are answered', { timeoutMs: 20_000 }, () => answers.length === 2);
    expect(new Map(answers.map(({ subject_id, event_type }) => [subject_id, event_type]))).toEqual(
      new Map([
        [orders[0]?.order_id, 'PaymentProcessed'],
        [orders[1]?.order_id, 'PaymentRefused'],
      ]),
    );
    await until('nothing waits', { timeoutMs: 5_000 }, async () => (await service.told()).length === 0);
  } finally {
    controller.abort();
    await relaying;
    for (const bus of [mine, theirs]) await bus.stopConsuming().then(() => bus.close());
  }
});
