import { sql, type ColumnType, type Generated, type Kysely, type Migration } from 'kysely';

/** JSON: a text goes in, a value comes out. pg would take an array for one of PostgreSQL's own. */
export type JsonColumn<Value = unknown> = ColumnType<Value, string, string>;

/** Tables that each module has in its own schema, besides its own. */
export interface KernelTables {
  /** Events that wait for a bus. Written with their cause, in one transaction. */
  outbox: { position: Generated<number>; lane: string; event: JsonColumn };
  /** Events that have had their effect. Written with it, in one transaction. */
  inbox: { event_id: string; seen_at: Generated<Date> };
  /** Messages put aside because they could not be handled. */
  parked: { id: Generated<number>; queue: string; message: JsonColumn; reason: string; parked_at: Generated<Date> };
  /** First answers to requests that came with an Idempotency-Key. */
  idempotency: { scope: string; key: string; fingerprint: string; answer: JsonColumn; created_at: Generated<Date> };
}

/** By which housekeeping finds what is old, without reading all that is not. */
const byAge: Migration = {
  async up({ schema }: Kysely<unknown>) {
    await schema.createIndex('inbox_by_age').on('inbox').column('seen_at').execute();
    await schema.createIndex('idempotency_by_age').on('idempotency').column('created_at').execute();
  },
};

const tables: Migration = {
  async up(db: Kysely<unknown>) {
    const { schema } = db;
    const now = sql`now()`;
    await schema
      .createTable('outbox')
      .addColumn('position', 'bigint', (column) => column.generatedAlwaysAsIdentity().primaryKey())
      .addColumn('lane', 'text', (column) => column.notNull())
      .addColumn('event', 'jsonb', (column) => column.notNull())
      .execute();
    await schema
      .createTable('inbox')
      .addColumn('event_id', 'uuid', (column) => column.primaryKey())
      .addColumn('seen_at', 'timestamptz', (column) => column.notNull().defaultTo(now))
      .execute();
    await schema
      .createTable('parked')
      .addColumn('id', 'bigint', (column) => column.generatedAlwaysAsIdentity().primaryKey())
      .addColumn('queue', 'text', (column) => column.notNull())
      .addColumn('message', 'jsonb', (column) => column.notNull())
      .addColumn('reason', 'text', (column) => column.notNull())
      .addColumn('parked_at', 'timestamptz', (column) => column.notNull().defaultTo(now))
      .execute();
    await schema
      .createTable('idempotency')
      .addColumn('scope', 'text', (column) => column.notNull())
      .addColumn('key', 'text', (column) => column.notNull())
      .addColumn('fingerprint', 'text', (column) => column.notNull())
      .addColumn('answer', 'jsonb', (column) => column.notNull())
      .addColumn('created_at', 'timestamptz', (column) => column.notNull().defaultTo(now))
      .addPrimaryKeyConstraint('idempotency_pkey', ['scope', 'key'])
      .execute();
  },
};

/** What every module has, before its own. A database that has more than the first of them gets the others later. */
export const kernelMigrations: Readonly<Record<string, Migration>> = {
  '0000_kernel': tables,
  '0000_kernel_by_age': byAge,
};
