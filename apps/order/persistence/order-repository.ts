import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import type { Store, Unit } from '../../shared/database/database.ts';
import { VersionConflict } from '../../shared/database/event-store.ts';
import { firstAnswer, recordOnce } from '../../shared/http/idempotency.ts';
import { decide, evolve, type Order, type OrderCommand, type Refusal } from '../business/order.ts';
import type { OrderRepository } from '../business/orders.ts';
import type { OrderTables } from './migrations.ts';
import { orderEvents, orderOf, replay, show, showing } from './order-views.ts';

const MOST_TRIES = 5;

export function orderRepository(store: Store<OrderTables>): OrderRepository {
  const { db, kernel } = store;
  return {
    created: (key) => firstAnswer<Order>(kernel, key),

    create: ({ userId, items }, key) =>
      recordOnce(store, key, (emit) => {
        const id = randomUUID();
        const event = emit({
          event_type: 'OrderCreated',
          subject_id: id,
          order_id: id,
          user_id: userId,
          items: [...items],
        });
        const order = evolve(undefined, event);
        return { result: order, writes: [orderEvents.first(db, event), showing(db, 'orders_read_model', [order])] };
      }),

    async change(orderId, command, isFor) {
      for (let tried = 1; ; tried += 1)
        try {
          return await store.transact((unit) => changeOrder(unit, orderId, command, isFor));
        } catch (error) {
          if (!(error instanceof VersionConflict) || tried === MOST_TRIES) throw error;
        }
    },

    async find(orderId) {
      const row = await db
        .selectFrom('orders_read_model')
        .selectAll()
        .where('order_id', '=', orderId)
        .executeTakeFirst();
      return row && orderOf(row);
    },

    findAt: async (orderId, until) => replay(await orderEvents.history(db, [orderId], { until }))[0],

    async ofUser(userId, place, limit) {
      let query = db
        .selectFrom('user_orders_read_model')
        .selectAll()
        .where('user_id', '=', userId)
        .orderBy('created_at', 'desc')
        .orderBy('order_id', 'desc')
        .limit(limit);
      if (place !== undefined)
        query = query.where(
          sql<boolean>`(created_at, order_id) < (${place.time}::timestamptz, ${place.orderId}::uuid)`,
        );
      return (await query.execute()).map(orderOf);
    },

    async waitingForShipment(place, limit) {
      let query = db
        .selectFrom('shipping_read_model')
        .selectAll()
        .where('status', '=', 'pending')
        .orderBy('waiting_since')
        .orderBy('order_id')
        .limit(limit);
      if (place !== undefined)
        query = query.where(
          sql<boolean>`(waiting_since, order_id) > (${place.time}::timestamptz, ${place.orderId}::uuid)`,
        );
      return (await query.execute()).map(orderOf);
    },
  };
}

/** Carries out a command on an order within a transaction. @throws VersionConflict */
export async function changeOrder(
  { tx, emit }: Unit<OrderTables>,
  orderId: string,
  command: OrderCommand,
  isFor: (order: Order) => boolean = () => true,
): Promise<Order | Refusal | undefined> {
  // Others who want to change this order wait here, so that they seldom have to try again.
  await tx.selectFrom('orders_read_model').select('order_id').where('order_id', '=', orderId).forUpdate().execute();
  const [order] = replay(await orderEvents.history(tx, [orderId]));
  if (order === undefined || !isFor(order)) return undefined;
  const decision = decide(order, command);
  if (typeof decision === 'string') return decision;
  const events = decision.map((event) => emit(event));
  await orderEvents.append(tx, { version: order.version, events });
  const changed = events.reduce<Order>(evolve, order);
  await show(tx, 'orders_read_model', [changed]);
  return changed;
}
