import type { EventBus } from '../bus/event-bus.ts';
import type { KernelStore } from '../database/database.ts';
import { exclusively } from '../database/exclusively.ts';
import type { Worker } from '../module.ts';
import { pauseFor } from '../runtime/supervise.ts';
import { readEvent } from './catalogue.ts';

const BATCH = 200;
/** How long another process's events may wait; one's own are sent soon. */
const POLL_MS = 500;
/** How long more events may join those that are sent: under load one round for many is much less work. */
const GATHER_MS = 10;

/**
 * Takes events from a module's outbox to a bus, in the order in which they were written, one process at a time. An event
 * leaves the outbox after the bus has answered for it, so it may be sent twice and is never lost.
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
  const name = `relay from ${store.schema} to ${lane}`;
  return {
    name,
    run: (signal) =>
      exclusively(store, name, signal, async (session) => {
        while (!signal.aborted) {
          const seen = store.writes();
          const waiting = await session
            .selectFrom('outbox')
            .select(['position', 'event'])
            .where('lane', '=', lane)
            .orderBy('position')
            .limit(BATCH)
            .execute();
          if (waiting.length === 0) {
            await store.nextWrite(seen, { ms: POLL_MS, signal });
            await pauseFor(GATHER_MS, signal);
            continue;
          }
          await bus.publish(waiting.map(({ event }) => readEvent(event)));
          const positions = waiting.map(({ position }) => position);
          await session.deleteFrom('outbox').where('position', 'in', positions).execute();
          sent(waiting.length);
        }
      }),
  };
}
