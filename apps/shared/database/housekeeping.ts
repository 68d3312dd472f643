import { sql } from 'kysely';
import type { Worker } from '../module.ts';
import { pauseFor } from '../runtime/supervise.ts';
import type { KernelStore } from './database.ts';

const EVERY_MS = 10 * 60_000;

/** What nobody will ask for again: keys after their 24 hours, seen events after twice the brokers' 7 days. */
export const outdated = (kernel: KernelStore['kernel']) =>
  [
    kernel.deleteFrom('idempotency').where('created_at', '<', sql<Date>`now() - interval '24 hours'`),
    kernel.deleteFrom('inbox').where('seen_at', '<', sql<Date>`now() - interval '14 days'`),
  ] as const;

/** Forgets it, every now and then. */
export function housekeeping({ schema, kernel }: KernelStore): Worker {
  return {
    name: `housekeeping of ${schema}`,
    run: async (signal) => {
      while (!signal.aborted) {
        for (const forgetting of outdated(kernel)) await forgetting.execute();
        await pauseFor(EVERY_MS, signal);
      }
    },
  };
}
