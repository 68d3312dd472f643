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

/** Longer than the server itself works at a statement. */
const ANSWER_TIMEOUT_MS = 15_000;

/**
 * A connection that is given up when its server does not answer. A server that vanished, or a network that lost the way to
 * it, says nothing: TCP would wait a quarter of an hour, and so would each request that got this connection.
 */
class ImpatientClient extends pg.Client {
  constructor(config?: pg.ClientConfig) {
    super(config);
    const query = this.query.bind(this) as (...given: readonly unknown[]) => unknown; // whichever of its shapes
    this.query = ((...given: readonly unknown[]) => {
      const answer = query(...given);
      if (answer instanceof Promise)
        answer.catch((error: unknown) => {
          // What is sent on it now would wait behind the statement that has no answer.
          if (error instanceof Error && error.message === 'Query read timeout') void this.end().catch(() => {});
        });
      return answer;
    }) as typeof this.query; // as above
  }
}

/** Connections to a PostgreSQL 15 or newer. Ids are counted in numbers, not in text. */
export function serverPool(
  address: ServerAddress,
  { maxConnections = 10, answerTimeoutMs = ANSWER_TIMEOUT_MS } = {},
): pg.Pool {
  const pool = new pg.Pool({
    Client: ImpatientClient,
    ...('url' in address ? { connectionString: address.url } : address),
    max: maxConnections,
    connectionTimeoutMillis: 3_000,
    idleTimeoutMillis: 60_000,
    statement_timeout: 10_000,
    query_timeout: answerTimeoutMs,
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
