import { sql, type ColumnType, type Selectable } from 'kysely';
import { eventStoreMigration, type EventStoreTables } from '../../shared/database/event-store.ts';
import type { JsonColumn } from '../../shared/database/kernel-tables.ts';
import type { Migrations } from '../../shared/database/migrate.ts';
import type { Order } from '../business/order.ts';

/** An order as a view holds it; `version` says after how many events. */
interface OrderColumns {
  order_id: string;
  user_id: string;
  status: Order['status'];
  items: JsonColumn<Order['items']>;
  created_at: Date;
  is_paid: boolean;
  is_reserved: boolean;
  waiting_since: ColumnType<Date | null>;
  version: number;
}
export type OrderRow = Selectable<OrderColumns>;

/** The views, each a table of its own so that each can be thrown away and made again from the events. */
export const VIEWS = ['orders_read_model', 'user_orders_read_model', 'shipping_read_model'] as const;
export type View = (typeof VIEWS)[number];

export type OrderTables = EventStoreTables & { [view in View]: OrderColumns } & {
  /** How far each view has followed the events. */
  view_places: { view: View; transaction_id: string; position: number };
};

export const orderMigrations: Migrations = {
  '0001_events': eventStoreMigration('orders'),
  '0002_views': {
    async up(db) {
      for (const view of VIEWS)
        await db.schema
          .createTable(view)
          .addColumn('order_id', 'uuid', (column) => column.primaryKey())
          .addColumn('user_id', 'uuid', (column) => column.notNull())
          .addColumn('status', 'text', (column) => column.notNull())
          .addColumn('items', 'jsonb', (column) => column.notNull())
          .addColumn('created_at', 'timestamptz', (column) => column.notNull())
          .addColumn('is_paid', 'boolean', (column) => column.notNull())
          .addColumn('is_reserved', 'boolean', (column) => column.notNull())
          .addColumn('waiting_since', 'timestamptz')
          .addColumn('version', 'integer', (column) => column.notNull())
          .execute();
      await db.schema
        .createIndex('user_orders_by_time')
        .on('user_orders_read_model')
        .columns(['user_id', 'created_at', 'order_id'])
        .execute();
      await db.schema
        .createIndex('shipping_by_wait')
        .on('shipping_read_model')
        .columns(['waiting_since', 'order_id'])
        .where(sql<boolean>`status = 'pending'`)
        .execute();
      await db.schema
        .createTable('view_places')
        .addColumn('view', 'text', (column) => column.primaryKey())
        .addColumn('transaction_id', 'text', (column) => column.notNull())
        .addColumn('position', 'bigint', (column) => column.notNull())
        .execute();
    },
  },
};
