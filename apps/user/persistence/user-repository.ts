import { randomUUID } from 'node:crypto';
import { sql, type Selectable } from 'kysely';
import type { Store, Unit } from '../../shared/database/database.ts';
import { eventStore, eventStoreMigration, type EventStoreTables } from '../../shared/database/event-store.ts';
import type { JsonColumn } from '../../shared/database/kernel-tables.ts';
import type { Migrations } from '../../shared/database/migrate.ts';
import { once } from '../../shared/http/idempotency.ts';
import { Problem } from '../../shared/http/problem.ts';
import type { UserRepository } from '../business/accounts.ts';
import { decide, evolve, type User, type UserEvent } from '../business/user.ts';

export interface UserTables extends EventStoreTables {
  /** Users as they are now, and what their events must not hold: how they prove who they are. */
  accounts: {
    user_id: string;
    email: string;
    name: string;
    status: string;
    created_at: Date;
    version: number;
    password_hash: string;
    /** Given by an operator, never by a request. */
    roles: JsonColumn<readonly string[]>;
  };
}

const stored = eventStore<UserEvent>();

/** One address belongs to one user, however it is written. */
const lowerEmail = sql<string>`lower(email)`;

export const userMigrations: Migrations = {
  '0001_events': eventStoreMigration('users'),
  '0002_accounts': {
    async up(db) {
      await db.schema
        .createTable('accounts')
        .addColumn('user_id', 'uuid', (column) => column.primaryKey())
        .addColumn('email', 'text', (column) => column.notNull())
        .addColumn('name', 'text', (column) => column.notNull())
        .addColumn('status', 'text', (column) => column.notNull())
        .addColumn('created_at', 'timestamptz', (column) => column.notNull())
        .addColumn('version', 'integer', (column) => column.notNull())
        .addColumn('password_hash', 'text', (column) => column.notNull())
        .addColumn('roles', 'jsonb', (column) => column.notNull().defaultTo('[]'))
        .execute();
      await db.schema.createIndex('accounts_email').on('accounts').expression(lowerEmail).unique().execute();
    },
  },
};

export function userRepository(store: Store<UserTables>): UserRepository {
  const { db } = store;
  return {
    find: async (userId) => {
      const row = await db.selectFrom('accounts').selectAll().where('user_id', '=', userId).executeTakeFirst();
      return row && userOf(row);
    },
    findByEmail: async (email) => {
      const row = await db
        .selectFrom('accounts')
        .selectAll()
        .where(lowerEmail, '=', email.toLowerCase())
        .executeTakeFirst();
      return row && { user: userOf(row), passwordHash: row.password_hash, roles: row.roles };
    },
    register: ({ email, name, passwordHash }, key) =>
      taken(
        once(store, key, async ({ tx, emit }) => {
          const id = randomUUID();
          const facts = { subject_id: id, user_id: id, email, name };
          const created = emit({ event_type: 'UserCreated', ...facts });
          emit({ event_type: 'UserRegistered', ...facts });
          const user = evolve(undefined, created);
          await stored.append(tx, { version: 0, events: [created] });
          await tx
            .insertInto('accounts')
            .values({
              ...rowOf(user),
              user_id: id,
              created_at: new Date(user.createdAt),
              version: 1,
              password_hash: passwordHash,
              roles: '[]',
            })
            .execute();
          return user;
        }),
      ),
    change: (userId, command) =>
      taken(
        store.transact(async (unit) => {
          const { tx, emit } = unit;
          const { user, version } = await lockUser(unit, userId);
          if (user === undefined) return undefined;
          const events = decide(user, command).map((event) => emit(event));
          const changed = events.reduce(evolve, user);
          await stored.append(tx, { version, events });
          await tx
            .updateTable('accounts')
            .set({ ...rowOf(changed), version: version + events.length })
            .where('user_id', '=', userId)
            .execute();
          return changed;
        }),
      ),
  };
}

/** The user as all events make them; whoever else wants to change them waits. */
async function lockUser(
  { tx }: Unit<UserTables>,
  userId: string,
): Promise<{ readonly user: User | undefined; readonly version: number }> {
  await tx.selectFrom('accounts').select('user_id').where('user_id', '=', userId).forUpdate().execute();
  const events = await stored.history(tx, [userId]);
  return {
    user: events.reduce<User | undefined>(evolve, undefined),
    version: events.length,
  };
}

const rowOf = ({ email, name, status }: User) => ({ email, name, status });

const userOf = (row: Selectable<UserTables['accounts']>): User => ({
  userId: row.user_id,
  email: row.email,
  name: row.name,
  status: row.status === 'active' ? 'active' : 'inactive',
  createdAt: row.created_at.toISOString(),
});

/** Says in the contract's words that an address has its owner. */
const taken = <R>(work: Promise<R>): Promise<R> =>
  work.catch((error: unknown) => {
    if (error instanceof Error && 'constraint' in error && error.constraint === 'accounts_email')
      throw new Problem(409, 'Another user has this address.', { type: 'email-taken', cause: error });
    throw error;
  });
