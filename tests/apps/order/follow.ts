import { sql } from 'kysely';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Order } from '../../../apps/order/business/order.ts';
import type { OrderTables, View } from '../../../apps/order/persistence/migrations.ts';
import { followEvents, orderEvents, orderOf, replay } from '../../../apps/order/persistence/order-views.ts';
import type { Store } from '../../../apps/shared/database/database.ts';

/** The views that follow the events; the third is written with them. */
const FOLLOWING = ['user_orders_read_model', 'shipping_read_model'] as const;

/** Starts to follow; `stop` lets the views come to the end of the events first. */
export function startFollowing(store: Store<OrderTables>): { readonly stop: () => Promise<void> } {
  const controller = new AbortController();
  const workers = FOLLOWING.map((view) => followEvents(store, view).run(controller.signal));
  const isBehind = async (): Promise<boolean> => {
    const last = await store.db
      .selectFrom('events')
      .select(['position', sql<string>`transaction_id::text`.as('transactionId')])
      .orderBy('transaction_id', 'desc')
      .orderBy('position', 'desc')
      .limit(1)
      .executeTakeFirst();
    const places = await store.db.selectFrom('view_places').select('position').execute();
    return places.length < FOLLOWING.length || places.some(({ position }) => position !== last?.position);
  };
  return {
    stop: async () => {
      while (await isBehind()) await Promise.race([sleep(5), Promise.all(workers)]);
      controller.abort();
      await Promise.all(workers);
    },
  };
}

/** Everything that a view shows. */
export const ordersIn = async (store: Store<OrderTables>, view: View): Promise<Order[]> =>
  (await store.db.selectFrom(view).selectAll().orderBy('order_id').execute()).map(orderOf);

/** What a view should show: every order by all that happened to it. */
export async function ordersByEvents(store: Store<OrderTables>): Promise<Order[]> {
  const subjects = await store.db.selectFrom('events').select('subject_id').distinct().orderBy('subject_id').execute();
  return [
    ...replay(
      await orderEvents.history(
        store.db,
        subjects.map(({ subject_id }) => subject_id),
      ),
    ),
  ];
}
