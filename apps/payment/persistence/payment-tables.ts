import { sql, type Kysely, type Selectable } from 'kysely';
import type { Unit } from '../../shared/database/database.ts';
import type { KernelTables } from '../../shared/database/kernel-tables.ts';
import { lockName } from '../../shared/database/lock.ts';
import type { Migrations } from '../../shared/database/migrate.ts';
import type { Payment, PaymentLedger, PaymentView } from '../business/payments.ts';

export interface PaymentTables {
  payments: {
    payment_id: string;
    order_id: string;
    user_id: string;
    status: Payment['status'];
    minor_units: number;
    currency: string;
    created_at: Date;
  };
  /** Orders that were cancelled before anybody paid for them. */
  forbidden: { order_id: string };
}

export const paymentMigrations: Migrations = {
  '0001_payments': {
    async up(db) {
      await db.schema
        .createTable('payments')
        .addColumn('payment_id', 'uuid', (column) => column.primaryKey())
        .addColumn('order_id', 'uuid', (column) => column.notNull().unique())
        .addColumn('user_id', 'uuid', (column) => column.notNull())
        .addColumn('status', 'text', (column) =>
          column.notNull().check(sql`status in ('processed', 'refused', 'refunded')`),
        )
        .addColumn('minor_units', 'bigint', (column) => column.notNull().check(sql`minor_units >= 0`))
        .addColumn('currency', 'text', (column) => column.notNull())
        .addColumn('created_at', 'timestamptz', (column) => column.notNull())
        .execute();
      await db.schema
        .createTable('forbidden')
        .addColumn('order_id', 'uuid', (column) => column.primaryKey())
        .execute();
    },
  },
};

const rowOf = ({ paymentId, orderId, userId, status, amount, createdAt }: Payment): PaymentTables['payments'] => ({
  payment_id: paymentId,
  order_id: orderId,
  user_id: userId,
  status,
  minor_units: amount.minor_units,
  currency: amount.currency,
  created_at: createdAt,
});

const paymentOf = (row: Selectable<PaymentTables['payments']>): Payment => ({
  paymentId: row.payment_id,
  orderId: row.order_id,
  userId: row.user_id,
  status: row.status,
  amount: { minor_units: row.minor_units, currency: row.currency },
  createdAt: row.created_at,
});

export const paymentLedger = ({ tx, kernel, emit }: Unit<PaymentTables>): PaymentLedger => ({
  lock: (orderId) => lockName(kernel, `payment of ${orderId}`),
  find: async (orderId) => {
    const row = await tx.selectFrom('payments').selectAll().where('order_id', '=', orderId).executeTakeFirst();
    return row && paymentOf(row);
  },
  add: async (payment) => void (await tx.insertInto('payments').values(rowOf(payment)).execute()),
  markRefunded: async (orderId) =>
    void (await tx.updateTable('payments').set({ status: 'refunded' }).where('order_id', '=', orderId).execute()),
  forbid: async (orderId) =>
    void (await tx
      .insertInto('forbidden')
      .values({ order_id: orderId })
      .onConflict((conflict) => conflict.doNothing())
      .execute()),
  isForbidden: async (orderId) =>
    (await tx.selectFrom('forbidden').select('order_id').where('order_id', '=', orderId).executeTakeFirst()) !==
    undefined,
  emit,
});

export const paymentView = (db: Kysely<PaymentTables & KernelTables>): PaymentView => ({
  find: async (paymentId, userId) => {
    const row = await db
      .selectFrom('payments')
      .selectAll()
      .where('payment_id', '=', paymentId)
      .$if(userId !== undefined, (query) => query.where('user_id', '=', userId ?? ''))
      .executeTakeFirst();
    return row && paymentOf(row);
  },
  // An order has one payment: whoever has seen it has seen all.
  list: async (orderId, userId, { after, limit }) =>
    (
      await db
        .selectFrom('payments')
        .selectAll()
        .where('order_id', '=', orderId)
        .$if(userId !== undefined, (query) => query.where('user_id', '=', userId ?? ''))
        .$if(after !== undefined, (query) => query.where(sql<boolean>`false`))
        .limit(limit)
        .execute()
    ).map(paymentOf),
});
