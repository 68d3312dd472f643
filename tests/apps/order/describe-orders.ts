import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { sql } from 'kysely';
import { beforeAll, describe, expect, test } from 'vitest';
import { orders as orderCommands } from '../../../apps/order/business/orders.ts';
import type { UserAnswer } from '../../../apps/order/business/user-directory.ts';
import { orderMigrations, VIEWS, type OrderTables } from '../../../apps/order/persistence/migrations.ts';
import { orderRepository } from '../../../apps/order/persistence/order-repository.ts';
import { orderEvents, rebuildView } from '../../../apps/order/persistence/order-views.ts';
import type { Database, Store } from '../../../apps/shared/database/database.ts';
import { migrate } from '../../../apps/shared/database/migrate.ts';
import { ordersByEvents, ordersIn, startFollowing } from './follow.ts';
import { command } from './order-commands.ts';

const items = [{ product_id: 'coffee-beans-1kg', quantity: 2 }];
const identity = (userId: string) => ({ userId, roles: [], token: 'token' });

/** What order-service promises of its database, whichever it is. */
export const describeOrders = (name: string, open: () => Promise<Database>): void => {
  describe(name, () => {
    let store: Store<OrderTables>;
    let answer: UserAnswer = 'active';
    let asked = 0;
    const users = { statusOf: async () => ((asked += 1), answer) };
    const shop = () => orderCommands(orderRepository(store), users);
    beforeAll(async () => {
      store = (await open()).store<OrderTables>('orders');
      await migrate(store, orderMigrations);
    }, 120_000);

    const follow = (): Promise<void> => startFollowing(store).stop();

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

    test('an order is shown as it was, though the clock of who changed it was behind', async () => {
      const userId = randomUUID();
      const { orderId, createdAt } = await shop().create({ userId, items }, identity(userId), undefined);
      const before = new Date(Date.parse(createdAt) - 1_000);
      const [created] = await orderEvents.history(store.db, [orderId]);
      if (created === undefined) throw new Error('it was created');
      const shipped = {
        ...{ event_id: randomUUID(), event_type: 'OrderShipped' as const, version: 1 as const, items },
        ...{ subject_id: orderId, order_id: orderId, user_id: userId, timestamp: before.toISOString() },
      };
      await store.db.transaction().execute((tx) => orderEvents.append(tx, { version: 1, events: [shipped] }));
      await rebuildView(store, 'orders_read_model');
      const at = (time: Date) => shop().show(orderId, identity(userId), time);
      expect(await at(new Date(createdAt))).toMatchObject({ status: 'shipped', version: 2 });
      await expect(at(before)).rejects.toMatchObject({ status: 404 });
    });

    test('a key is kept by what a request says, not by the order in which it says it', async () => {
      const userId = randomUUID();
      const create = (item: (typeof items)[number]) =>
        shop().create({ userId, items: [item] }, identity(userId), 'key-number-1');
      const first = await create({ product_id: 'a', quantity: 1 });
      expect(await create({ quantity: 1, product_id: 'a' })).toEqual(first);
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
      await store.kernel
        .updateTable('idempotency')
        .set({ created_at: sql`now() - interval '25 hours'` })
        .where('scope', '=', `createOrder ${userId}`)
        .execute();
      expect((await create(2)).orderId).not.toBe(first.orderId);
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

    test('whatever happens, replayed views are the live ones', async () => {
      const repository = orderRepository(store);
      const shown = () => Promise.all(VIEWS.map((view) => ordersIn(store, view)));
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
            const truth = await ordersByEvents(store);
            expect(await shown()).toEqual(VIEWS.map(() => truth));
          },
        ),
        { numRuns: 5 },
      );
      const before = await shown();
      expect(before[0]?.length).toBeGreaterThan(10);
      for (const view of VIEWS) {
        await store.db.deleteFrom(view).where('status', '=', 'created').execute();
        await store.db.updateTable(view).set({ status: 'delivered' }).execute();
        await rebuildView(store, view);
      }
      expect(await shown()).toEqual(before);
    }, 120_000);

    test('what happened is never changed', async () => {
      await expect(store.db.updateTable('events').set({ event_type: 'X' }).execute()).rejects.toThrow('never changed');
      await expect(store.db.deleteFrom('events').execute()).rejects.toThrow('never changed');
    });
  });
};
