import { sql } from 'kysely';
import type { Worker } from '../module.ts';
import { pauseFor } from '../runtime/supervise.ts';
import type { KernelStore } from './database.ts';

const EVERY_MS = 10 * 60_000;

/** Forgets what nobody will ask for again: keys after their 24 hours, seen events after twice the brokers' 7 days. */
export function housekeeping({ schema, kernel }: KernelStore): Worker {
  return {
    name: `housekeeping of ${schema}`,
    run: async (signal) => {
      while (!signal.aborted) {
        await kernel
          .deleteFrom('idempotency')
          .where('created_at', '<', sql<Date>`now() - interval '24 hours'`)
          .execute();
        await kernel
          .deleteFrom('inbox')
          .where('seen_at', '<', sql<Date>`now() - interval '14 days'`)
          .execute();
        await pauseFor(EVERY_MS, signal);
      }
    },
  };
}
