import { setMaxListeners } from 'node:events';
import type { ShopEvent } from '../events/catalogue.ts';
import type { Log } from '../runtime/log.ts';
import type { EventBus, Subscription } from './event-bus.ts';
import { tryToHandle } from './try-to-handle.ts';

const RETRY_AFTER_MS = [20, 100, 500, 2_000];

const stopped = (): Error => new Error('The bus is stopped; the events stay in the outbox.');

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
  const stopping = new AbortController();
  setMaxListeners(0, stopping.signal); // every pause listens

  async function deliver(subscription: Subscription, event: ShopEvent): Promise<void> {
    const outcome = await tryToHandle(subscription, event, { pausesMs: retryAfterMs, signal: stopping.signal, log });
    if (outcome.kind === 'failed') await subscription.park(event, outcome.reason);
    if (outcome.kind === 'stopped') throw stopped();
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
      if (stopping.signal.aborted) throw stopped();
      const work = deliverAll(events);
      atWork.add(work);
      await work.finally(() => atWork.delete(work));
    },
    async stopConsuming() {
      stopping.abort();
      await Promise.allSettled(atWork);
    },
    close: async () => {},
  };
}
