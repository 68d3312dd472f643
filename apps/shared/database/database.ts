import { randomUUID } from 'node:crypto';
import {
  Kysely,
  PostgresDialect,
  sql,
  type InsertQueryBuilder,
  type InsertResult,
  type PostgresPool,
  type Transaction,
} from 'kysely';
import type { EventNamed, EventType, ShopEvent } from '../events/catalogue.ts';
import type { Clock } from '../module.ts';
import { currentContext } from '../runtime/context.ts';
import type { KernelTables } from './kernel-tables.ts';

/** A way that events take out of the database: one a bus. */
export interface Lane {
  readonly name: string;
  readonly takes: (type: EventType) => boolean;
}

/** What a module says of an event; the rest of its envelope is added. */
export type NewEvent = ShopEvent extends infer One
  ? One extends ShopEvent
    ? Omit<One, 'event_id' | 'timestamp' | 'version' | 'traceparent'>
    : never
  : never;

/** Says an event, and returns it whole. */
export type Emit = <Event extends NewEvent>(event: Event) => EventNamed<Event['event_type']>;

/** A statement that is not executed yet. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- of whichever tables a module has
export type Write = InsertQueryBuilder<any, any, InsertResult>;

/** What belongs together: changes of a module's tables and the events that tell of them. All of it happens, or nothing. */
export interface Unit<Tables> {
  readonly tx: Transaction<Tables & KernelTables>;
  /** The same transaction, for the tables that every module has. */
  readonly kernel: Transaction<KernelTables>;
  /** Tells the other modules, once the transaction has ended well. Returns the whole event. */
  readonly emit: Emit;
}

/** A module's tables, inside of a transaction or not. */
export type Session<Tables> = Kysely<Tables & KernelTables> | Transaction<Tables & KernelTables>;

/** What every module's part of a database has. */
export interface KernelStore {
  /** Name of its schema, which is the module's. */
  readonly schema: string;
  readonly kernel: Kysely<KernelTables>;
  /** How often events were written here. */
  readonly writes: () => number;
  /** Resolves once there were more writes than `seen`, or after a while: another process may have written. */
  readonly nextWrite: (seen: number, wait: { readonly ms: number; readonly signal: AbortSignal }) => Promise<void>;
}

/** A module's own part of a database. */
export interface Store<Tables> extends KernelStore {
  /** For reading, and for changes that nobody is told of. */
  readonly db: Kysely<Tables & KernelTables>;
  readonly transact: <R>(work: (unit: Unit<Tables>) => Promise<R>) => Promise<R>;
  /** For what needs nothing to be read first: all of it is one statement, which takes one way to the server, not five. */
  readonly record: <R>(work: (emit: Emit) => { readonly result: R; readonly writes: readonly Write[] }) => Promise<R>;
}

/** One PostgreSQL, real or embedded. */
export interface Database {
  readonly store: <Tables>(schema: string) => Store<Tables>;
  /** Rejects when it does not answer. */
  readonly ping: () => Promise<void>;
  readonly close: () => Promise<void>;
}

export function openDatabase(
  pool: PostgresPool,
  { lanes, clock }: { readonly lanes: readonly Lane[]; readonly clock: Clock },
): Database {
  const root = new Kysely<KernelTables>({ dialect: new PostgresDialect({ pool }) });
  return {
    store: <Tables>(schema: string) =>
      openStore<Tables>(root.withSchema(schema) as unknown as Kysely<Tables & KernelTables>, { schema, lanes, clock }), // its migrations make these tables
    ping: async () => void (await sql`select 1`.execute(root)),
    close: () => root.destroy(),
  };
}

function openStore<Tables>(
  db: Kysely<Tables & KernelTables>,
  { schema, lanes, clock }: { readonly schema: string; readonly lanes: readonly Lane[]; readonly clock: Clock },
): Store<Tables> {
  let writes = 0;
  const waiting = new Set<() => void>();
  const announceWrite = (): void => {
    writes += 1;
    for (const resolve of waiting) resolve();
  };

  /** Collects what is said, each event with its envelope. */
  const said = (): { readonly events: readonly ShopEvent[]; readonly emit: Emit } => {
    const events: ShopEvent[] = [];
    const traceparent = currentContext()?.traceparent;
    const emit: Emit = (event) => {
      const whole = {
        event_id: randomUUID(),
        version: 1,
        timestamp: clock().toISOString(),
        ...(traceparent !== undefined && { traceparent }),
        ...event,
      } as unknown as EventNamed<(typeof event)['event_type']>; // an event of the type that was given
      events.push(whole as ShopEvent);
      return whole;
    };
    return { events, emit };
  };

  const outboxOf = (into: Pick<Kysely<KernelTables>, 'insertInto'>, events: readonly ShopEvent[]) => {
    const rows = lanes.flatMap(({ name, takes }) =>
      events
        .filter(({ event_type }) => takes(event_type))
        .map((event) => ({ lane: name, event: JSON.stringify(event) })),
    );
    return rows.length === 0 ? undefined : into.insertInto('outbox').values(rows);
  };

  const kernel = db as unknown as Kysely<KernelTables>; // it has them too
  return {
    schema,
    db,
    kernel,
    writes: () => writes,
    nextWrite: (seen, { ms, signal }) =>
      new Promise((resolve) => {
        if (writes > seen || signal.aborted) return resolve();
        const done = (): void => {
          clearTimeout(timer);
          waiting.delete(done);
          signal.removeEventListener('abort', done);
          resolve();
        };
        const timer = setTimeout(done, ms);
        waiting.add(done);
        signal.addEventListener('abort', done);
      }),
    async transact(work) {
      const { events, emit } = said();
      const result = await db.transaction().execute(async (tx) => {
        const inTransaction = tx as unknown as Transaction<KernelTables>; // it has them too
        const value = await work({ tx, kernel: inTransaction, emit });
        await outboxOf(inTransaction, events)?.execute();
        return value;
      });
      if (events.length > 0) announceWrite();
      return result;
    },
    async record(work) {
      const { events, emit } = said();
      const { result, writes } = work(emit);
      const all = [...writes, outboxOf(kernel, events)].filter((write) => write !== undefined);
      await all
        .reduce((query, write, index) => query.with(`write_${index}`, () => write) as unknown as typeof query, kernel) // of any type
        .selectNoFrom(sql`1`.as('done'))
        .execute();
      if (events.length > 0) announceWrite();
      return result;
    },
  };
}
