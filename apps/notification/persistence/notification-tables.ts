import { randomUUID } from 'node:crypto';
import { sql, type Generated, type Kysely, type Selectable } from 'kysely';
import type { Unit } from '../../shared/database/database.ts';
import type { JsonColumn, KernelTables } from '../../shared/database/kernel-tables.ts';
import { lockName } from '../../shared/database/lock.ts';
import type { Migrations } from '../../shared/database/migrate.ts';
import type { Message, Notification } from '../business/notification.ts';
import type { NotificationView } from '../business/notifications.ts';
import type { Tray } from '../business/postman.ts';
import type { Desk } from '../business/tell.ts';

export interface NotificationTables {
  /** Where users get mail, as their events said. */
  addresses: { user_id: string; email: string; as_of: Date };
  notifications: {
    position: Generated<number>;
    notification_id: string;
    user_id: string;
    order_id: string | null;
    kind: Message['kind'];
    message: JsonColumn<Message>;
    status: Generated<Notification['status']>;
    created_at: Date;
    tries: Generated<number>;
    next_try_at: Date;
    /** Why the last try failed. */
    reason: string | null;
  };
}

export const notificationMigrations: Migrations = {
  '0001_notifications': {
    async up(db) {
      const { schema } = db;
      await schema
        .createTable('addresses')
        .addColumn('user_id', 'uuid', (column) => column.primaryKey())
        .addColumn('email', 'text', (column) => column.notNull())
        .addColumn('as_of', 'timestamptz', (column) => column.notNull())
        .execute();
      await schema
        .createTable('notifications')
        .addColumn('position', 'bigint', (column) => column.generatedAlwaysAsIdentity().primaryKey())
        .addColumn('notification_id', 'uuid', (column) => column.notNull().unique())
        .addColumn('user_id', 'uuid', (column) => column.notNull())
        .addColumn('order_id', 'uuid')
        .addColumn('kind', 'text', (column) => column.notNull())
        .addColumn('message', 'jsonb', (column) => column.notNull())
        .addColumn('status', 'text', (column) =>
          column
            .notNull()
            .defaultTo('queued')
            .check(sql`status in ('queued', 'sent', 'failed')`),
        )
        .addColumn('created_at', 'timestamptz', (column) => column.notNull())
        .addColumn('tries', 'integer', (column) => column.notNull().defaultTo(0))
        .addColumn('next_try_at', 'timestamptz', (column) => column.notNull())
        .addColumn('reason', 'text')
        .execute();
      await schema.createIndex('notifications_of_user').on('notifications').columns(['user_id', 'position']).execute();
      await schema.createIndex('notifications_of_order').on('notifications').column('order_id').execute();
      await schema
        .createIndex('notifications_due')
        .on('notifications')
        .column('next_try_at')
        .where(sql.ref('status'), '=', sql.lit('queued'))
        .execute();
    },
  },
};

export const desk = ({ tx, kernel }: Unit<NotificationTables>, now: Date): Desk => ({
  lockOrder: (orderId) => lockName(kernel, `notifications of ${orderId}`),
  noteAddress: async (userId, email, asOf) =>
    void (await tx
      .insertInto('addresses')
      .values({ user_id: userId, email, as_of: asOf })
      .onConflict((conflict) =>
        conflict.column('user_id').doUpdateSet({ email, as_of: asOf }).where('addresses.as_of', '<=', asOf),
      )
      .execute()),
  queue: async (userId, message, orderId) =>
    void (await tx
      .insertInto('notifications')
      .values({
        notification_id: randomUUID(),
        user_id: userId,
        order_id: orderId ?? null,
        kind: message.kind,
        message: JSON.stringify(message),
        created_at: now,
        next_try_at: now,
        reason: null,
      })
      .execute()),
  hasTold: async (orderId, kind) =>
    (await tx
      .selectFrom('notifications')
      .select('position')
      .where('order_id', '=', orderId)
      .where('kind', '=', kind)
      .executeTakeFirst()) !== undefined,
});

type Db = Kysely<NotificationTables & KernelTables>;

export const tray = (db: Db): Tray => ({
  take: (most, { now, until }) =>
    db.transaction().execute(async (tx) => {
      const rows = await tx
        .selectFrom('notifications')
        // One whose user is not known yet waits for the event that says where the user gets mail.
        .innerJoin('addresses', 'addresses.user_id', 'notifications.user_id')
        .select(['position', 'notification_id', 'order_id', 'message', 'email', 'created_at', 'tries'])
        .where('status', '=', 'queued')
        .where('next_try_at', '<=', now)
        .orderBy('position')
        .limit(most)
        .forUpdate('notifications')
        .skipLocked()
        .execute();
      if (rows.length > 0)
        await tx
          .updateTable('notifications')
          .set({ next_try_at: until, tries: sql`tries + 1` })
          .where(
            'position',
            'in',
            rows.map(({ position }) => position),
          )
          .execute();
      return rows.map((row) => ({
        notificationId: row.notification_id,
        orderId: row.order_id ?? undefined,
        message: row.message,
        email: row.email,
        createdAt: row.created_at,
        tries: row.tries + 1,
      }));
    }),
  settle: async (notificationId, status, reason) =>
    void (await db
      .updateTable('notifications')
      .set({ status, reason: reason ?? null })
      .where('notification_id', '=', notificationId)
      .execute()),
  postpone: async (notificationId, until, reason) =>
    void (await db
      .updateTable('notifications')
      .set({ next_try_at: until, reason })
      .where('notification_id', '=', notificationId)
      .execute()),
});

const notificationOf = (row: Selectable<NotificationTables['notifications']>): Notification & { position: number } => ({
  position: row.position,
  notificationId: row.notification_id,
  userId: row.user_id,
  orderId: row.order_id ?? undefined,
  kind: row.kind,
  status: row.status,
  createdAt: row.created_at,
});

export const notificationView = (db: Db): NotificationView => ({
  list: async ({ userId, orderId, before, limit }) =>
    (
      await db
        .selectFrom('notifications')
        .selectAll()
        .where('user_id', '=', userId)
        .$if(orderId !== undefined, (query) => query.where('order_id', '=', orderId ?? ''))
        .$if(before !== undefined, (query) => query.where('position', '<', before ?? 0))
        .orderBy('position', 'desc')
        .limit(limit)
        .execute()
    ).map(notificationOf),
});
