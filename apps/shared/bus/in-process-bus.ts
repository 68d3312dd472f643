import { setTimeout as sleep } from 'node:timers/promises';
import type { ShopEvent } from '../events/catalogue.ts';
import { PoisonError } from '../events/catalogue.ts';
import type { Log } from '../runtime/log.ts';
import type { EventBus, Subscription } from './event-bus.ts';

const RETRY_AFTER_MS = [20, 100, 500, 2_000];

/**
 * A bus for modules in one process. `publish` resolves when every queue has done its work, so that a crash before that
 * leaves the events in the outbox and they come again.
 */
export function inProcessBus({
  log,
  retryAfterMs = RETRY_AFTER_MS,
}: {
  log: Log;
  retryAfterMs?: readonly number[];
}): EventBus {
  const subscriptions: Subscription[] = [];
  const atWork = new Set<Promise<unknown>>();
  let isStopped = false;

  async function deliver({ queue, handle, park }: Subscription, event: ShopEvent): Promise<void> {
    for (const pause of [...retryAfterMs, undefined])
      try {
        return await handle(event);
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        log.warn({ queue, event_id: event.event_id, err: error }, 'an event could not be handled');
        if (pause === undefined || error instanceof PoisonError) return await park(event, reason);
        await sleep(pause);
      }
  }

  const deliverAll = (events: readonly ShopEvent[]): Promise<unknown> =>
    Promise.all(
      subscriptions.map(async (subscription) => {
        for (const event of events)
          if (subscription.types.includes(event.event_type)) await deliver(subscription, event);
      }),
    );

  return {
    async subscribe(more) {
      subscriptions.push(...more);
    },
    async publish(events) {
      if (isStopped) throw new Error('The bus is stopped; the events stay in the outbox.');
      const work = deliverAll(events);
      atWork.add(work);
      await work.finally(() => atWork.delete(work));
    },
    async stopConsuming() {
      isStopped = true;
      await Promise.allSettled(atWork);
    },
    close: async () => {},
  };
}
