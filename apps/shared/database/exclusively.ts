import { sql, type Kysely } from 'kysely';
import { pauseFor } from '../runtime/supervise.ts';
import type { KernelStore } from './database.ts';
import type { KernelTables } from './kernel-tables.ts';

const ASK_AGAIN_MS = 1_000;

/**
 * Does work that only one process at a time may do. The lock belongs to a session of the database and goes with it, so
 * that another process takes over when this one dies.
 */
export const exclusively = (
  { schema, kernel }: KernelStore,
  what: string,
  signal: AbortSignal,
  work: (session: Kysely<KernelTables>) => Promise<void>,
): Promise<void> =>
  kernel.connection().execute(async (session) => {
    const key = sql`hashtextextended(${`${schema}: ${what}`}, 0)`;
    while (!signal.aborted) {
      const { rows } = await sql<{ won: boolean }>`select pg_try_advisory_lock(${key}) as won`.execute(session);
      if (rows[0]?.won === true) break;
      await pauseFor(ASK_AGAIN_MS, signal);
    }
    if (signal.aborted) return;
    try {
      await work(session);
    } finally {
      await sql`select pg_advisory_unlock(${key})`.execute(session).catch(() => {}); // a lost session has lost it too
    }
  });
