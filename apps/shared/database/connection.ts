import type { PGlite } from '@electric-sql/pglite';
import { type PostgresPool, type PostgresPoolClient } from 'kysely';
import pg from 'pg';

const INT8 = 20;

/** How to reach a PostgreSQL server. */
export type ServerAddress =
  | { readonly url: string }
  | {
      readonly host: string;
      readonly port: number;
      readonly database: string;
      readonly user: string;
      readonly password: string;
    };

/** Connections to a PostgreSQL 15 or newer. Ids are counted in numbers, not in text. */
export function serverPool(address: ServerAddress, { maxConnections = 10 } = {}): pg.Pool {
  const pool = new pg.Pool({
    ...('url' in address ? { connectionString: address.url } : address),
    max: maxConnections,
    connectionTimeoutMillis: 3_000,
    idleTimeoutMillis: 60_000,
    statement_timeout: 10_000,
    keepAlive: true,
    types: {
      getTypeParser: (id, format) => (id === INT8 ? Number : pg.types.getTypeParser(id, format)),
    } as pg.CustomTypesConfig,
  });
  // A connection that breaks, idle or between two statements, fails the next statement; it must not end the process.
  pool.on('error', () => {});
  pool.on('connect', (client) => client.on('error', () => {}));
  return pool;
}

/** Settings of a PGlite that give what `serverPool` gives. */
export const embeddedParsers = { [INT8]: Number };

/**
 * The embedded PostgreSQL as a pool. It is one session: a transaction makes all others wait, and a client that asks for
 * a second connection inside one would wait for ever.
 */
export function embeddedPool(database: PGlite): PostgresPool {
  let free: Promise<void> = Promise.resolve();
  const acquire = (): Promise<() => void> => {
    const before = free;
    let release = (): void => {};
    free = new Promise((resolve) => (release = resolve));
    return before.then(() => release);
  };
  return {
    connect: async () => {
      let endTransaction: (() => void) | undefined;
      const client = {
        async query(text: string, parameters: readonly unknown[]) {
          const word = /^\s*(\w+)/.exec(text)?.[1]?.toUpperCase() ?? '';
          if (word === 'BEGIN' || word === 'START') endTransaction = await acquire();
          const done = endTransaction === undefined ? await acquire() : () => {};
          try {
            const { rows, affectedRows } = await database.query(text, [...parameters]);
            return { command: word, rowCount: affectedRows ?? rows.length, rows };
          } finally {
            done();
            if (word === 'COMMIT' || word === 'ROLLBACK') {
              endTransaction?.();
              endTransaction = undefined;
            }
          }
        },
        release() {
          endTransaction?.();
          endTransaction = undefined;
        },
      };
      return client as PostgresPoolClient; // the part of it that kysely calls; cursors are not used
    },
    end: () => database.close(),
  };
}
