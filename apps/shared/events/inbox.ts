import type { Subscription } from '../bus/event-bus.ts';
import type { KernelStore, Store, Unit } from '../database/database.ts';
import { eventContext, withContext } from '../runtime/context.ts';
import { traced } from '../runtime/telemetry.ts';
import { readEvent, type EventNamed, type EventType, type ShopEvent } from './catalogue.ts';
import { reasonOf } from '../reason-of.ts';

/** What a module does about each type of event. */
export type Reactions<Tables, Types extends EventType = EventType> = {
  readonly [Type in Types]?: (event: EventNamed<Type>, unit: Unit<Tables>) => Promise<void>;
};

/**
 * A module's queue and its reactions. An event that comes twice has one effect: that it was seen is written with the
 * effect, in one transaction.
 */
export function subscription<Tables>(store: Store<Tables>, queue: string, reactions: Reactions<Tables>): Subscription {
  const types = Object.keys(reactions) as EventType[]; // the keys are just these
  return {
    queue,
    types,
    handle: (event) =>
      withContext(eventContext(event), () =>
        traced.work(`${event.event_type} from ${queue}`, 'CONSUMER', () =>
          store.transact(async (unit) => {
            const { numInsertedOrUpdatedRows = 0n } = await unit.kernel
              .insertInto('inbox')
              .values({ event_id: event.event_id })
              .onConflict((conflict) => conflict.doNothing())
              .executeTakeFirst();
            if (numInsertedOrUpdatedRows === 0n) return;
            const react = reactions[event.event_type] as
              ((event: ShopEvent, unit: Unit<Tables>) => Promise<void>) | undefined; // filed under the event's type
            await react?.(event, unit);
          }),
        ),
      ),
    park: async (message, reason) =>
      void (await store.kernel
        .insertInto('parked')
        .values({ queue, message: storable(message), reason: reason.slice(0, 2_000).replaceAll('\0', '\ufffd') })
        .execute()),
  };
}

/** JSON that PostgreSQL takes: it knows neither NUL nor half a character, and both get into a queue from outside. */
const storable = (message: unknown): string =>
  JSON.stringify(message).replace(/(?<!\\)((?:\\\\)*)\\u(?:0000|d[89a-f][0-9a-f]{2})/g, '$1\\ufffd');

/**
 * Tries again what was put aside, in its order: of one queue, or of all.
 * @returns how many succeeded, and why the others did not
 */
export async function replayParked(
  store: KernelStore,
  subscriptions: readonly Subscription[],
  only?: string,
): Promise<{ readonly done: number; readonly failures: readonly string[] }> {
  const failures: string[] = [];
  let done = 0;
  let parked = store.kernel.selectFrom('parked').selectAll().orderBy('id');
  if (only !== undefined) parked = parked.where('queue', '=', only);
  for (const { id, queue, message } of await parked.execute())
    try {
      const owner = subscriptions.find((known) => known.queue === queue);
      if (owner === undefined) throw new Error('nobody here has this queue');
      await owner.handle(readEvent(message));
      await store.kernel.deleteFrom('parked').where('id', '=', id).execute();
      done += 1;
    } catch (error) {
      failures.push(`${queue}, number ${id}: ${reasonOf(error)}`);
    }
  return { done, failures };
}
