import { randomUUID } from 'node:crypto';
import type { EventNamed } from '../../apps/shared/events/catalogue.ts';

const head = (id: string) => ({
  event_id: randomUUID(),
  subject_id: id,
  timestamp: '2026-05-04T09:30:00Z',
  version: 1 as const,
});

type Items = EventNamed<'OrderCreated'>['items'];

/** Events about one order, as order-service tells them. */
export const orderEvents = (items: Items = [{ product_id: 'coffee-beans-1kg', quantity: 2 }]) => {
  const ids = { order_id: randomUUID(), user_id: randomUUID() };
  return {
    ...ids,
    created: { ...head(ids.order_id), event_type: 'OrderCreated', ...ids, items } satisfies EventNamed<'OrderCreated'>,
    shipped: { ...head(ids.order_id), event_type: 'OrderShipped', ...ids, items } satisfies EventNamed<'OrderShipped'>,
    cancelled: {
      ...head(ids.order_id),
      event_type: 'OrderCancelled',
      ...ids,
      cause: 'user',
      reason: 'Too many',
    } satisfies EventNamed<'OrderCancelled'>,
  };
};
