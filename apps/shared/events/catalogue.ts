import { stockEvents } from '../../inventory/contract/events.ts';
import { orderEvents } from '../../order/contract/events.ts';
import { paymentEvents } from '../../payment/contract/events.ts';
import { userEvents } from '../../user/contract/events.ts';
import type { EventDefinition, EventOf } from './event.ts';

const definitions = [...userEvents, ...orderEvents, ...paymentEvents, ...stockEvents];

/** Any event of the shop, as it is on the wire. */
export type ShopEvent = EventOf<(typeof definitions)[number]>;
export type EventType = ShopEvent['event_type'];
export type EventNamed<Type extends EventType> = Extract<ShopEvent, { event_type: Type }>;

/** Every type of event, by its name. */
export const eventCatalogue = Object.fromEntries(
  definitions.map((definition) => [definition.type, definition]),
) as unknown as {
  readonly [Type in EventType]: EventDefinition<Type>; // each definition is filed under its own type
};

/** A message that no retry makes readable. */
export class PoisonError extends Error {}

/** @throws PoisonError when the value is no event that its contract describes */
export function readEvent(value: unknown): ShopEvent {
  const type = typeof value === 'object' && value !== null && 'event_type' in value ? value.event_type : undefined;
  if (typeof type !== 'string' || !Object.hasOwn(eventCatalogue, type))
    throw new PoisonError(`event_type is ${JSON.stringify(type) ?? 'missing'}, which is no event of the shop`);
  const read = eventCatalogue[type as EventType].schema.safeParse(value); // hasOwn has just said so
  if (read.success) return read.data as ShopEvent; // the schema of this very type
  const problems = read.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
  throw new PoisonError(`${type} is not what its contract says: ${problems.join('; ')}`);
}
