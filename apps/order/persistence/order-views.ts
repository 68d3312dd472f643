import { sql, type OnConflictBuilder } from 'kysely';
import type { Session, Store, Unit } from '../../shared/database/database.ts';
import { BEGINNING, eventStore } from '../../shared/database/event-store.ts';
import { exclusively } from '../../shared/database/exclusively.ts';
import type { Worker } from '../../shared/module.ts';
import { pauseFor } from '../../shared/runtime/supervise.ts';
import { evolve, type Order, type OrderEvent } from '../business/order.ts';
import type { OrderRow, OrderTables, View } from './migrations.ts';

const BATCH = 500;
/** How long another process's events may wait; one's own are followed soon. */
const POLL_MS = 200;
/** How long more events may join those that are followed: under load one round for many is much less work. */
const GATHER_MS = 50;

export const orderEvents = eventStore<OrderEvent>();

/** Orders by all that happened to them. */
export function replay(events: readonly OrderEvent[]): readonly Order[] {
  const orders = new Map<string, Order>();
  for (const event of events) orders.set(event.subject_id, evolve(orders.get(event.subject_id), event));
  return [...orders.values()];
}

/** What writes orders into a view. A row that knows more already stays: it does not matter who comes first. */
export const showing = (db: Session<OrderTables>, view: View, orders: readonly Order[]) =>
  db
    .insertInto(view)
    .values(orders.map(rowOf))
    .onConflict((conflict) => replacing(conflict).whereRef(`${view}.version`, '<=', 'excluded.version'));

const replacing = (conflict: OnConflictBuilder<OrderTables, View>) =>
  conflict.column('order_id').doUpdateSet((row) => ({
    status: row.ref('excluded.status'),
    is_paid: row.ref('excluded.is_paid'),
    is_reserved: row.ref('excluded.is_reserved'),
    waiting_since: row.ref('excluded.waiting_since'),
    version: row.ref('excluded.version'),
  }));

export const show = async (db: Session<OrderTables>, view: View, orders: readonly Order[]): Promise<void> => {
  if (orders.length > 0) await showing(db, view, orders).execute();
};

/** Keeps a view up to date with the events, one process at a time. It remembers its place with what it wrote. */
export function followEvents(store: Store<OrderTables>, view: View): Worker {
  const name = `view ${view}`;
  return {
    name,
    run: (signal) =>
      exclusively(store, name, signal, async () => {
        const { db } = store;
        const saved = await db.selectFrom('view_places').selectAll().where('view', '=', view).executeTakeFirst();
        let place = saved === undefined ? BEGINNING : { transactionId: saved.transaction_id, position: saved.position };
        while (!signal.aborted) {
          const seen = store.writes();
          const changes = await orderEvents.changesAfter(db, place, BATCH);
          if (changes === undefined) {
            await store.nextWrite(seen, { ms: POLL_MS, signal });
            await pauseFor(GATHER_MS, signal);
            continue;
          }
          place = changes.place;
          await db.transaction().execute(async (tx) => {
            await show(tx, view, replay(await orderEvents.history(tx, changes.subjectIds)));
            const row = { view, transaction_id: place.transactionId, position: place.position };
            await tx
              .insertInto('view_places')
              .values(row)
              .onConflict((conflict) => conflict.column('view').doUpdateSet(row))
              .execute();
          });
        }
      }),
  };
}

/** Makes a view again from the events, while everybody goes on reading and writing it. @returns how many orders it has */
export async function rebuildView({ db }: Store<OrderTables>, view: View): Promise<number> {
  let place = BEGINNING;
  for (;;) {
    const changes = await orderEvents.changesAfter(db, place, BATCH);
    if (changes === undefined) break;
    place = changes.place;
    const missing = await db.transaction().execute((tx) => showAnew(tx, view, changes.subjectIds));
    // By themselves, when no row is locked any more: others that write the same ones may wait for rows of ours.
    await show(db, view, missing);
  }
  const { count } = await db
    .selectFrom(view)
    .select(sql<number>`count(*)`.as('count'))
    .executeTakeFirstOrThrow();
  return count;
}

/**
 * Writes orders that are in a view anew as their events tell them, whatever their rows say: even a row that claims to know
 * more. The rows are locked before the events are read, so whoever writes one meanwhile comes later and knows no less.
 * @returns those that are not in the view
 */
async function showAnew(
  tx: Unit<OrderTables>['tx'],
  view: View,
  orderIds: readonly string[],
): Promise<readonly Order[]> {
  const locked = await tx
    .selectFrom(view)
    .select('order_id')
    .where('order_id', '=', sql<string>`any(${orderIds}::uuid[])`)
    .orderBy('order_id') // as others write them: two that lock rows in opposite orders would wait for each other
    .forUpdate()
    .execute();
  const isThere = new Set(locked.map(({ order_id }) => order_id));
  const orders = replay(await orderEvents.history(tx, orderIds));
  const there = orders.filter(({ orderId }) => isThere.has(orderId));
  if (there.length > 0) await tx.insertInto(view).values(there.map(rowOf)).onConflict(replacing).execute();
  return orders.filter(({ orderId }) => !isThere.has(orderId));
}

const rowOf = (order: Order) => ({
  order_id: order.orderId,
  user_id: order.userId,
  status: order.status,
  items: JSON.stringify(order.items),
  created_at: new Date(order.createdAt),
  is_paid: order.isPaid,
  is_reserved: order.isReserved,
  waiting_since: order.waitingSince === undefined ? null : new Date(order.waitingSince),
  version: order.version,
});

/** A row of a view as the order that it was made from. */
export const orderOf = (row: OrderRow): Order => ({
  orderId: row.order_id,
  userId: row.user_id,
  status: row.status,
  items: row.items,
  createdAt: row.created_at.toISOString(),
  isPaid: row.is_paid,
  isReserved: row.is_reserved,
  ...(row.waiting_since !== null && { waitingSince: row.waiting_since.toISOString() }),
  version: row.version,
});
