import { PoisonError, type ShopEvent } from '../events/catalogue.ts';
import type { Log } from '../runtime/log.ts';
import { pauseFor } from '../runtime/supervise.ts';
import type { Subscription } from './event-bus.ts';
import { reasonOf } from '../reason-of.ts';

/** How tries of an event ended. `stopped`: there was no time for another one. */
export type Outcome =
  | { readonly kind: 'done' }
  | { readonly kind: 'stopped' }
  | { readonly kind: 'failed'; readonly reason: string; readonly isPoison: boolean };

/** Lets a subscription handle an event, and again after each of these pauses while that fails. */
export async function tryToHandle(
  { queue, handle }: Pick<Subscription, 'queue' | 'handle'>,
  event: ShopEvent,
  { pausesMs, signal, log }: { readonly pausesMs: readonly number[]; readonly signal: AbortSignal; readonly log: Log },
): Promise<Outcome> {
  for (const pauseMs of [...pausesMs, undefined]) {
    if (signal.aborted) break;
    try {
      await handle(event);
      return { kind: 'done' };
    } catch (error) {
      log.warn({ queue, event_id: event.event_id, err: error }, 'an event could not be handled');
      const isPoison = error instanceof PoisonError;
      if (isPoison || pauseMs === undefined) return { kind: 'failed', reason: reasonOf(error), isPoison };
      await pauseFor(pauseMs, signal);
    }
  }
  return { kind: 'stopped' };
}
