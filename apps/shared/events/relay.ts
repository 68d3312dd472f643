import { sql } from 'kysely';
import type { EventBus } from '../bus/event-bus.ts';
import type { KernelStore } from '../database/database.ts';
import type { Worker } from '../module.ts';
import { readEvent } from './catalogue.ts';

const BATCH = 200;
/** How long another process's events may wait; one's own are told of at once. */
const POLL_MS = 500;

/**
 * Takes events from a module's outbox to a bus, in the order in which they were written. One process at a time does so:
 * the lock belongs to its session and goes with it. An event leaves the outbox after the bus has answered for it, so it
 * may be sent twice and is never lost.
 */
export function relay({
  store,
  lane,
  bus,
  sent = () => {},
}: {
  readonly store: KernelStore;
  readonly lane: string;
  readonly bus: Pick<EventBus, 'publish'>;
  /** Told how many events the bus has answered for. */
  readonly sent?: (count: number) => void;
}): Worker {
  const key = sql`hashtextextended(${`${store.schema} to ${lane}`}, 0)`;
  return {
    name: `relay from ${store.schema} to ${lane}`,
    run: (signal) =>
      store.kernel.connection().execute(async (session) => {
        while (!signal.aborted) {
          const { rows } = await sql<{ won: boolean }>`select pg_try_advisory_lock(${key}) as won`.execute(session);
          if (rows[0]?.won === true) break;
          await store.nextWrite(Number.POSITIVE_INFINITY, { ms: 1_000, signal });
        }
        try {
          while (!signal.aborted) {
            const seen = store.writes();
            const events = await session
              .selectFrom('outbox')
              .select(['position', 'event'])
              .where('lane', '=', lane)
              .orderBy('position')
              .limit(BATCH)
              .execute();
            if (events.length === 0) {
              await store.nextWrite(seen, { ms: POLL_MS, signal });
              continue;
            }
            await bus.publish(events.map(({ event }) => readEvent(event)));
            await session
              .deleteFrom('outbox')
              .where('lane', '=', lane)
              .where(
                'position',
                'in',
                events.map(({ position }) => position),
              )
              .execute();
            sent(events.length);
          }
        } finally {
          await sql`select pg_advisory_unlock(${key})`.execute(session).catch(() => {}); // a lost session has lost it
        }
      }),
  };
}
