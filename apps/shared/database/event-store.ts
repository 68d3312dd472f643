import { sql, type Generated, type Kysely, type Migration, type Transaction } from 'kysely';
import { readEvent, type ShopEvent } from '../events/catalogue.ts';
import type { Write } from './database.ts';
import type { JsonColumn } from './kernel-tables.ts';

/** The append-only table in which a module keeps what happened. */
export interface EventStoreTables {
  events: {
    /** Order of writing. A later transaction may show its event before an earlier one shows a smaller position. */
    position: Generated<number>;
    /** The transaction that wrote it. */
    transaction_id: Generated<string>;
    event_id: string;
    subject_id: string;
    /** 1, 2, 3 … within the subject: two writers of one version cannot both win. */
    subject_version: number;
    event_type: string;
    happened_at: Date;
    event: JsonColumn;
  };
}

/** How far a reader of all events has come: transactions in their order, and events in theirs within one. */
export interface Place {
  readonly transactionId: string;
  readonly position: number;
}

/** Before the first event. */
export const BEGINNING: Place = { transactionId: '0', position: 0 };

/** Somebody else appended to the same subject first. Read it again and decide again. */
export class VersionConflict extends Error {}

const UNIQUE_VIOLATION = '23505';

/** A module's events: appended, read by subject, and read as they came. */
export function eventStore<Event extends ShopEvent>() {
  /** Of a module's tables, the one that is spoken of here. */
  const table = <Tables extends EventStoreTables>(db: Kysely<Tables>) => db as unknown as Kysely<EventStoreTables>;
  const read = (value: unknown): Event => readEvent(value) as Event; // a module stores its own types only

  const insert = <Tables extends EventStoreTables>(
    db: Kysely<Tables> | Transaction<Tables>,
    version: number,
    events: readonly Event[],
  ) =>
    table(db)
      .insertInto('events')
      .values(
        events.map((event, index) => ({
          event_id: event.event_id,
          subject_id: event.subject_id,
          subject_version: version + index + 1,
          event_type: event.event_type,
          happened_at: new Date(event.timestamp),
          event: JSON.stringify(event),
        })),
      );

  return {
    /** The first event of a subject, to be written with what belongs to it. */
    first: <Tables extends EventStoreTables>(db: Kysely<Tables>, event: Event): Write => insert(db, 0, [event]),

    /** Appends what happened after `version` of a subject. @throws VersionConflict */
    async append<Tables extends EventStoreTables>(
      tx: Transaction<Tables>,
      { version, events }: { readonly version: number; readonly events: readonly Event[] },
    ): Promise<void> {
      if (events.length === 0) return;
      try {
        await insert(tx, version, events).execute();
      } catch (error) {
        if (error instanceof Error && 'code' in error && error.code === UNIQUE_VIOLATION)
          throw new VersionConflict(`${events[0]?.subject_id ?? ''} is no longer at version ${version}`);
        throw error;
      }
    },

    /**
     * What happened to some subjects, up to a time or up to now: each in its order, one after the other. Clocks of two
     * writers differ, so what follows a later event is later too, whatever its own time says: no history has a gap.
     */
    async history<Tables extends EventStoreTables>(
      db: Kysely<Tables> | Transaction<Tables>,
      subjectIds: readonly string[],
      { until }: { readonly until?: Date | undefined } = {},
    ): Promise<readonly Event[]> {
      const rows = await table(db)
        .selectFrom('events')
        .select('event')
        .where('subject_id', '=', sql<string>`any(${subjectIds}::uuid[])`)
        .orderBy('subject_id')
        .orderBy('subject_version')
        .execute();
      const events = rows.map(({ event }) => read(event));
      if (until === undefined) return events;
      const later = new Set<string>();
      return events.filter(({ subject_id, timestamp }) => {
        if (new Date(timestamp) > until) later.add(subject_id);
        return !later.has(subject_id);
      });
    },

    /**
     * Which subjects something happened to after a place, and the place after that. A transaction that is still open may
     * yet show an event with a smaller position, so nothing is read that began after the oldest open one: a reader that
     * remembers its place would skip it for ever.
     */
    async changesAfter<Tables extends EventStoreTables>(
      db: Kysely<Tables> | Transaction<Tables>,
      { transactionId, position }: Place,
      limit: number,
    ): Promise<{ readonly subjectIds: readonly string[]; readonly place: Place } | undefined> {
      const rows = await table(db)
        .selectFrom('events')
        .select(['position', 'subject_id', sql<string>`transaction_id::text`.as('transactionId')])
        .where(sql<boolean>`(transaction_id, position) > (${transactionId}::text::xid8, ${position}::int8)`)
        .where(sql<boolean>`transaction_id < pg_snapshot_xmin(pg_current_snapshot())`)
        .orderBy('transaction_id')
        .orderBy('position')
        .limit(limit)
        .execute();
      const last = rows.at(-1);
      return last && { subjectIds: [...new Set(rows.map(({ subject_id }) => subject_id))], place: last };
    },
  };
}

/** Makes the table, and keeps everybody from changing what is in it. */
export const eventStoreMigration = (schema: string): Migration => ({
  async up(db: Kysely<unknown>) {
    await db.schema
      .createTable('events')
      .addColumn('position', 'bigint', (column) => column.generatedAlwaysAsIdentity().primaryKey())
      .addColumn('transaction_id', sql`xid8`, (column) => column.notNull().defaultTo(sql`pg_current_xact_id()`))
      .addColumn('event_id', 'uuid', (column) => column.notNull().unique())
      .addColumn('subject_id', 'uuid', (column) => column.notNull())
      .addColumn('subject_version', 'integer', (column) => column.notNull())
      .addColumn('event_type', 'text', (column) => column.notNull())
      .addColumn('happened_at', 'timestamptz', (column) => column.notNull())
      .addColumn('event', 'jsonb', (column) => column.notNull())
      .addUniqueConstraint('events_subject_version', ['subject_id', 'subject_version'])
      .execute();
    await db.schema.createIndex('events_by_transaction').on('events').columns(['transaction_id', 'position']).execute();
    const refuse = sql.id(schema, 'refuse_change');
    await sql`create function ${refuse}() returns trigger language plpgsql as
      $$ begin raise exception 'events are never changed'; end $$`.execute(db);
    await sql`create trigger append_only before update or delete on ${sql.id(schema, 'events')}
      for each row execute function ${refuse}()`.execute(db);
  },
});
