import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { sql } from 'kysely';
import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { VIEWS, type OrderTables } from '../../apps/order/persistence/migrations.ts';
import { orderRepository } from '../../apps/order/persistence/order-repository.ts';
import { orderEvents, rebuildView, replay, show } from '../../apps/order/persistence/order-views.ts';
import { serverPool } from '../../apps/shared/database/connection.ts';
import { openDatabase, type Database, type Store } from '../../apps/shared/database/database.ts';
import { VersionConflict } from '../../apps/shared/database/event-store.ts';
import { exclusively } from '../../apps/shared/database/exclusively.ts';
import { Problem } from '../../apps/shared/http/problem.ts';
import { describeOrders } from '../apps/order/describe-orders.ts';
import { ordersByEvents, ordersIn, startFollowing } from '../apps/order/follow.ts';
import { command } from '../apps/order/order-commands.ts';
import { createDatabase, query } from '../support/postgres.ts';
import { until } from '../support/until.ts';

const items = [{ product_id: 'coffee-beans-1kg', quantity: 2 }];
let database: Database;
let pool: pg.Pool;
let store: Store<OrderTables>;
let owner: Awaited<ReturnType<typeof createDatabase>>;

beforeAll(async () => {
  owner = await createDatabase(inject('postgres'), 'order_store');
  pool = serverPool(owner, { maxConnections: 20 });
  database = openDatabase(pool, { lanes: [{ name: 'here', takes: () => true }], clock: () => new Date() });
  store = database.store<OrderTables>('orders');
});
afterAll(() => database?.close());

describeOrders('on PostgreSQL', async () => database);

describe('many writers at once', () => {
  test('views that follow, and views that are made again meanwhile, show what happened', async () => {
    const repository = orderRepository(store);
    const following = startFollowing(store);
    const writing = fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(command, { maxLength: 6 }), { minLength: 8, maxLength: 16 }),
        async (histories) => {
          await Promise.all(
            histories.map(async (commands) => {
              const { orderId } = await repository.create({ userId: randomUUID(), items }, undefined);
              await Promise.all(commands.map((one) => repository.change(orderId, one, () => true)));
            }),
          );
        },
      ),
      { numRuns: 10 },
    );
    let isWriting = true;
    let rebuilt = 0;
    const rebuilding = (async () => {
      // On a machine that does much else the writers may be done before each view had its turn twice.
      while (isWriting || rebuilt <= VIEWS.length)
        for (const view of VIEWS) rebuilt += Math.min(1, await rebuildView(store, view));
    })();
    await writing;
    isWriting = false;
    await rebuilding;
    await following.stop();
    const truth = await ordersByEvents(store);
    expect(truth.length).toBeGreaterThan(80);
    expect(rebuilt).toBeGreaterThan(3);
    for (const view of VIEWS) expect(await ordersIn(store, view), view).toEqual(truth);
  });

  test('a view that is made again while another transaction is open shows what it showed before', async () => {
    const { orderId } = await orderRepository(store).create({ userId: randomUUID(), items }, undefined);
    const shown = async () => (await ordersIn(store, 'orders_read_model')).find((order) => order.orderId === orderId);
    const before = await shown();
    expect(before?.version).toBe(1);
    let end = (): void => {};
    const mayEnd = new Promise<void>((resolve) => (end = resolve));
    let hasBegun = (): void => {};
    const begun = new Promise<void>((resolve) => (hasBegun = resolve));
    const open = store.db.transaction().execute(async (tx) => {
      await sql`select pg_current_xact_id()`.execute(tx); // events of later transactions are not read before it ends
      hasBegun();
      await mayEnd;
    });
    await begun;
    try {
      const later = await orderRepository(store).create({ userId: randomUUID(), items }, undefined);
      await rebuildView(store, 'orders_read_model');
      expect(await shown()).toEqual(before);
      expect((await ordersIn(store, 'orders_read_model')).find((order) => order.orderId === later.orderId)).toEqual(
        later,
      );
    } finally {
      end();
      await open;
    }
  });

  test('a view that is made again does not lock what others wait for while it waits for them', async () => {
    const [absent, present] = [randomUUID(), randomUUID()].sort();
    if (absent === undefined || present === undefined) throw new Error('there are two');
    const view = 'shipping_read_model';
    const created = (id: string) => ({
      event_id: randomUUID(),
      event_type: 'OrderCreated' as const,
      ...{ subject_id: id, order_id: id, user_id: id, items },
      ...{ timestamp: new Date().toISOString(), version: 1 as const },
    });
    const [one, other] = [created(absent), created(present)];
    for (const event of [one, other])
      await store.db.transaction().execute((tx) => orderEvents.append(tx, { version: 0, events: [event] }));
    const orders = replay([one, other]);
    await show(store.db, view, orders.slice(1));
    let rebuilding: Promise<number> | undefined;
    // As a follower writes both, in their order; the view is made again between the two.
    await store.db.transaction().execute(async (tx) => {
      await show(tx, view, orders.slice(0, 1));
      // Both events are of transactions before this one, so they are read while it is open.
      rebuilding = rebuildView(store, view);
      rebuilding.catch(() => {});
      await sleep(1_000);
      await show(tx, view, orders.slice(1));
    });
    expect(await rebuilding).toBeGreaterThan(1);
    expect(
      (await ordersIn(store, view)).filter(({ orderId }) => orderId === absent || orderId === present),
    ).toHaveLength(2);
  });

  test('a transaction that ends late is not passed by', async () => {
    const [late, early] = [randomUUID(), randomUUID()];
    const created = (id: string) => ({
      event_id: randomUUID(),
      event_type: 'OrderCreated' as const,
      ...{ subject_id: id, order_id: id, user_id: id, items },
      ...{ timestamp: new Date().toISOString(), version: 1 as const },
    });
    const shown = async (): Promise<string[]> =>
      (await ordersIn(store, 'user_orders_read_model'))
        .map(({ orderId }) => orderId)
        .filter((id) => id === late || id === early);
    const following = startFollowing(store);
    let commit = (): void => {};
    const mayCommit = new Promise<void>((resolve) => (commit = resolve));
    let hasWritten = (): void => {};
    const written = new Promise<void>((resolve) => (hasWritten = resolve));
    const slow = store.db.transaction().execute(async (tx) => {
      await orderEvents.append(tx, { version: 0, events: [created(late)] });
      hasWritten();
      await mayCommit;
    });
    await written;
    await store.db.transaction().execute((tx) => orderEvents.append(tx, { version: 0, events: [created(early)] }));
    await sleep(600); // three polls of a view
    expect(await shown()).toEqual([]);
    commit();
    await slow;
    await following.stop();
    expect((await shown()).sort()).toEqual([late, early].sort());
  });

  test('of two that append to one version one is told to read again', async () => {
    const { orderId } = await orderRepository(store).create({ userId: randomUUID(), items }, undefined);
    const [first] = await orderEvents.history(store.db, [orderId]);
    if (first === undefined) throw new Error('it was created');
    const again = () =>
      store.db
        .transaction()
        .execute((tx) => orderEvents.append(tx, { version: 1, events: [{ ...first, event_id: randomUUID() }] }));
    const results = await Promise.allSettled([again(), again()]);
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(results.find(({ status }) => status === 'rejected')).toMatchObject({ reason: expect.any(VersionConflict) });
  });

  test('one Idempotency-Key makes one order, however many come at once', async () => {
    const userId = randomUUID();
    const key = { scope: `createOrder ${userId}`, key: 'key-number-1', body: { userId, items } };
    const results = await Promise.allSettled(
      Array.from({ length: 10 }, () => orderRepository(store).create({ userId, items }, key)),
    );
    const made = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value.orderId] : []));
    expect(new Set(made).size).toBe(1);
    for (const result of results)
      if (result.status === 'rejected') {
        expect(result.reason).toBeInstanceOf(Problem);
        expect(result.reason.status).toBe(409);
      }
    expect(
      await store.db.selectFrom('orders_read_model').selectAll().where('user_id', '=', userId).execute(),
    ).toHaveLength(1);
  });
});

test('work for one at a time passes to another process when its session is gone', async () => {
  const seen: string[] = [];
  const controller = new AbortController();
  const work = (name: string): Promise<void> =>
    exclusively(store, 'trial', controller.signal, async (session) => {
      seen.push(name);
      while (!controller.signal.aborted) {
        await session.selectFrom('outbox').select('position').limit(1).execute();
        await sleep(20);
      }
    });
  const first = work('first').catch((error: unknown) => error);
  await until('the first works', { timeoutMs: 5_000 }, async () => seen.length === 1);
  const second = work('second');
  await sleep(1_500);
  expect(seen).toEqual(['first']);
  await query(
    owner,
    `select pg_terminate_backend(l.pid) from pg_locks l where l.locktype = 'advisory' and l.granted and l.objid = (hashtextextended('orders: trial', 0) & 4294967295)::oid`,
  );
  await until('the second works', { timeoutMs: 10_000 }, async () => seen.length === 2);
  expect(await first).toBeInstanceOf(Error);
  controller.abort();
  await second;
});
