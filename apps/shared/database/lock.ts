import { sql, type Transaction } from 'kysely';
import type { KernelTables } from './kernel-tables.ts';

const SEED = 2;

/** Waits until nobody else holds this name, and holds it until the transaction ends: also for rows that are not there yet. */
export async function lockName(tx: Transaction<KernelTables>, name: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${name}, ${SEED}))`.execute(tx);
}
