import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { decide, evolve, type Order, type OrderCommand, type OrderEvent } from '../../../apps/order/business/order.ts';
import { orders as orderCommands } from '../../../apps/order/business/orders.ts';
import type { UserAnswer } from '../../../apps/order/business/user-directory.ts';
import { orderMigrations, VIEWS, type OrderTables, type View } from '../../../apps/order/persistence/migrations.ts';
import { orderRepository } from '../../../apps/order/persistence/order-repository.ts';
import {
  followEvents,
  orderEvents,
  orderOf,
  rebuildView,
  replay,
} from '../../../apps/order/persistence/order-views.ts';
import type { Store } from '../../../apps/shared/database/database.ts';
import { migrate } from '../../../apps/shared/database/migrate.ts';
import { embeddedDatabase } from '../embedded-database.ts';

const items = [{ product_id: 'coffee-beans-1kg', quantity: 2 }];
const identity = (userId: string) => ({ userId, roles: [], token: 'token' });

const envelope = (event: object): OrderEvent =>
  ({ event_id: randomUUID(), version: 1, timestamp: '2026-01-01T00:00:00.000Z', ...event }) as OrderEvent; // with it, it is one
const created = (): OrderEvent => {
  const id = randomUUID();
  return envelope({ event_type: 'OrderCreated', subject_id: id, order_id: id, user_id: id, items });
};
const command = fc.oneof<fc.Arbitrary<OrderCommand>[]>(
  fc.constantFrom<OrderCommand>({ kind: 'NotePayment' }, { kind: 'NoteReservation' }),
  fc.record({ kind: fc.constant('UpdateOrderStatus'), status: fc.constantFrom('shipped', 'delivered') }),
  fc.record({
    kind: fc.constant('CancelOrder'),
    cause: fc.constantFrom('user', 'payment', 'stock'),
    reason: fc.constant('x'),
  }),
);

describe('decisions', () => {
  const after = (commands: readonly OrderCommand[]): { order: Order; statuses: string[] } => {
    let order = evolve(undefined, created());
    const statuses: string[] = [order.status];
    for (const one of commands) {
      const decision = decide(order, one);
      if (typeof decision === 'string') continue;
      for (const event of decision) order = evolve(order, envelope(event));
      statuses.push(order.status);
    }
    return { order, statuses };
  };

  test.each<{ name: string; commands: OrderCommand[]; status: Order['status'] }>([
    { name: 'paid only', commands: [{ kind: 'NotePayment' }], status: 'created' },
    { name: 'reserved only', commands: [{ kind: 'NoteReservation' }], status: 'created' },
    { name: 'both', commands: [{ kind: 'NoteReservation' }, { kind: 'NotePayment' }], status: 'pending' },
    {
      name: 'delivered',
      commands: [
        { kind: 'NotePayment' },
        { kind: 'NoteReservation' },
        { kind: 'UpdateOrderStatus', status: 'shipped' },
        { kind: 'UpdateOrderStatus', status: 'delivered' },
      ],
      status: 'delivered',
    },
  ])('$name: $status', ({ commands, status }) => expect(after(commands).order.status).toBe(status));

  test('whatever is asked: nothing unpaid or without stock is shipped, a cancelled order stays cancelled, a repeated command changes nothing', () => {
    fc.assert(
      fc.property(fc.array(command, { maxLength: 12 }), (commands) => {
        const { order, statuses } = after(commands);
        if (statuses.some((status) => status === 'shipped' || status === 'delivered'))
          expect(order).toMatchObject({ isPaid: true, isReserved: true });
        const cancelled = statuses.indexOf('cancelled');
        if (cancelled !== -1) expect(new Set(statuses.slice(cancelled))).toEqual(new Set(['cancelled']));
        expect(after(commands.flatMap((one) => [one, one])).order).toMatchObject({
          status: order.status,
          version: order.version,
        });
      }),
    );
  });
});

describe('with a database', () => {
  let store: Store<OrderTables>;
  let answer: UserAnswer = 'active';
  let asked = 0;
  const users = { statusOf: async () => ((asked += 1), answer) };
  const shop = () => orderCommands(orderRepository(store), users);
  beforeAll(async () => {
    store = (await embeddedDatabase()).store<OrderTables>('orders');
    await migrate(store, orderMigrations);
  }, 30_000);

  /** Lets the views follow until there is nothing more to follow. */
  const follow = async (): Promise<void> => {
    const controller = new AbortController();
    const workers = (['user_orders_read_model', 'shipping_read_model'] as const).map((view) =>
      followEvents(store, view).run(controller.signal),
    );
    const behind = async (): Promise<boolean> => {
      const last = await store.db
        .selectFrom('events')
        .select('position')
        .orderBy('position', 'desc')
        .limit(1)
        .executeTakeFirst();
      const places = await store.db.selectFrom('view_places').select('position').execute();
      return places.length < 2 || places.some(({ position }) => position < (last?.position ?? 0));
    };
    while (await behind()) await sleep(5);
    controller.abort();
    await Promise.all(workers);
  };
  const rows = async (view: View): Promise<Order[]> =>
    (await store.db.selectFrom(view).selectAll().orderBy('order_id').execute()).map(orderOf);

  test('an order, its event and the message of it are one', async () => {
    const userId = randomUUID();
    const order = await shop().create({ userId, items }, identity(userId), undefined);
    expect(await shop().show(order.orderId, identity(userId))).toEqual(order);
    expect(await orderEvents.history(store.db, [order.orderId])).toHaveLength(1);
    const waiting = await store.db.selectFrom('outbox').select('event').execute();
    expect(waiting.filter(({ event }) => JSON.stringify(event).includes(order.orderId))).toHaveLength(1);
  });

  test.each<[UserAnswer, number, string]>([
    ['inactive', 409, '/problems/user-inactive'],
    ['unknown', 422, '/problems/user-unknown'],
    ['forbidden', 403, '/problems/not-yours'],
    ['token refused', 401, '/problems/token-invalid'],
    ['away', 503, 'about:blank'],
    ['too slow', 504, 'about:blank'],
    ['nonsense', 502, 'about:blank'],
  ])('the user is %s: %i, and no order', async (said, status, type) => {
    const userId = randomUUID();
    answer = said;
    const refused = shop().create({ userId, items }, identity(userId), undefined);
    const problem = await refused.then(
      () => undefined,
      (error: { status: number; body: () => { type: string } }) => error,
    );
    answer = 'active';
    expect({ status: problem?.status, type: problem?.body().type }).toEqual({ status, type });
    const made = await store.db.selectFrom('orders_read_model').selectAll().where('user_id', '=', userId).execute();
    expect(made).toEqual([]);
  });

  test('a request that is sent again with its key is done once, and its user is asked for once', async () => {
    const userId = randomUUID();
    const create = (quantity: number) =>
      shop().create({ userId, items: [{ product_id: 'a', quantity }] }, identity(userId), 'key-number-1');
    asked = 0;
    const first = await create(1);
    expect(await create(1)).toEqual(first);
    expect(asked).toBe(1);
    await expect(create(2)).rejects.toMatchObject({ status: 422 });
  });

  test('another user sees and changes nothing', async () => {
    const userId = randomUUID();
    const { orderId } = await shop().create({ userId, items }, identity(userId), undefined);
    const other = identity(randomUUID());
    await expect(shop().show(orderId, other)).rejects.toMatchObject({ status: 404 });
    await expect(shop().show(orderId, other, new Date())).rejects.toMatchObject({ status: 404 });
    await expect(shop().cancel(orderId, 'mine now', other)).rejects.toMatchObject({ status: 404 });
    await expect(shop().ofUser(userId, other, { limit: 1 })).rejects.toMatchObject({ status: 403 });
    expect(await shop().show(orderId, identity(userId))).toMatchObject({ status: 'created' });
  });

  test('an order is shown as it was', async () => {
    const userId = randomUUID();
    const { orderId, createdAt } = await shop().create({ userId, items }, identity(userId), undefined);
    await sleep(5);
    const between = new Date();
    await sleep(5);
    await shop().cancel(orderId, 'by mistake', identity(userId));
    const at = (time: Date) => shop().show(orderId, identity(userId), time);
    expect((await at(between)).status).toBe('created');
    expect((await at(new Date())).status).toBe('cancelled');
    await expect(at(new Date(Date.parse(createdAt) - 1))).rejects.toMatchObject({ status: 404 });
  });

  test('lists come in pages, each order once, the latest first', async () => {
    const userId = randomUUID();
    const made: string[] = [];
    for (let count = 0; count < 5; count += 1)
      made.unshift((await shop().create({ userId, items }, identity(userId), undefined)).orderId);
    await follow();
    const listed: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await shop().ofUser(userId, identity(userId), { limit: 2, cursor });
      listed.push(...page.items.map(({ orderId }) => orderId));
      cursor = page.next_cursor;
    } while (cursor !== undefined);
    expect([...listed].sort()).toEqual([...made].sort());
    const times = (await Promise.all(listed.map((id) => shop().show(id, identity(userId))))).map(
      ({ createdAt }) => createdAt,
    );
    expect(times).toEqual([...times].sort().reverse());
    await expect(shop().ofUser(userId, identity(userId), { limit: 2, cursor: 'b3JkZXI6MjA' })).rejects.toMatchObject({
      status: 422,
    });
  });

  test('whatever happens at the same time, replayed views are the live ones', async () => {
    const repository = orderRepository(store);
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(command, { maxLength: 4 }), { minLength: 1, maxLength: 4 }),
        async (histories) => {
          const userId = randomUUID();
          await Promise.all(
            histories.map(async (commands) => {
              const { orderId } = await repository.create({ userId, items }, undefined);
              await Promise.all(commands.map((one) => repository.change(orderId, one, () => true)));
            }),
          );
          await follow();
          const truth = replay(
            await orderEvents.history(
              store.db,
              await store.db
                .selectFrom('events')
                .select('subject_id')
                .distinct()
                .execute()
                .then((all) => all.map(({ subject_id }) => subject_id)),
            ),
          );
          const sorted = [...truth].sort((a, b) => (a.orderId < b.orderId ? -1 : 1));
          for (const view of VIEWS) expect(await rows(view), view).toEqual(sorted);
        },
      ),
      { numRuns: 5 },
    );
    const before = await Promise.all(VIEWS.map(rows));
    expect(before[0]?.length).toBeGreaterThan(10);
    for (const view of VIEWS) {
      await store.db.deleteFrom(view).where('status', '=', 'created').execute();
      await store.db.updateTable(view).set({ status: 'delivered' }).execute();
      await rebuildView(store, view);
    }
    expect(await Promise.all(VIEWS.map(rows))).toEqual(before);
  }, 30_000);

  test('what happened is never changed', async () => {
    await expect(store.db.updateTable('events').set({ event_type: 'X' }).execute()).rejects.toThrow('never changed');
    await expect(store.db.deleteFrom('events').execute()).rejects.toThrow('never changed');
  });
});
