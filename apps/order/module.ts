import { subscription } from '../shared/events/inbox.ts';
import type { Module, World } from '../shared/module.ts';
import { orderRoutes } from './api/order-routes.ts';
import { orders as orderCommands } from './business/orders.ts';
import type { UserDirectory } from './business/user-directory.ts';
import { orderMigrations, VIEWS, type OrderTables } from './persistence/migrations.ts';
import { changeOrder, orderRepository } from './persistence/order-repository.ts';
import { followEvents, rebuildView } from './persistence/order-views.ts';

/** What the module is given besides the world. */
export interface OrderOptions {
  readonly users: UserDirectory;
  /** Whether an order says when it should arrive, which version 2 does. */
  readonly estimatesDelivery: boolean;
}

/** Takes orders and keeps their states. */
export function orders({ database, users, estimatesDelivery }: Pick<World, 'database'> & OrderOptions): Module {
  const store = database.store<OrderTables>('orders');
  return {
    name: 'orders',
    store,
    migrations: orderMigrations,
    routes: [orderRoutes(orderCommands(orderRepository(store), users), { estimatesDelivery })],
    subscriptions: [
      subscription(store, 'order_service_queue', {
        PaymentProcessed: async ({ order_id }, unit) =>
          void (await changeOrder(unit, order_id, { kind: 'NotePayment' })),
        StockReserved: async ({ order_id }, unit) =>
          void (await changeOrder(unit, order_id, { kind: 'NoteReservation' })),
        PaymentRefused: async ({ order_id, reason }, unit) =>
          void (await changeOrder(unit, order_id, { kind: 'CancelOrder', cause: 'payment', reason })),
        StockRefused: async ({ order_id, reason }, unit) =>
          void (await changeOrder(unit, order_id, { kind: 'CancelOrder', cause: 'stock', reason })),
      }),
    ],
    // The view that answers for a single order is written with its events; these follow a moment later.
    workers: (['user_orders_read_model', 'shipping_read_model'] as const).map((view) => followEvents(store, view)),
    commands: {
      rebuild: async () => {
        const said: string[] = [];
        for (const view of VIEWS) said.push(`${view}: ${await rebuildView(store, view)} orders`);
        return said;
      },
    },
  };
}
