import { z } from 'zod';
import { defineEvent } from '../../shared/events/event.ts';

/** What was ordered: each product once. */
export const orderedItems = z
  .array(z.object({ product_id: z.string().max(64), quantity: z.int().min(1).max(1000) }))
  .min(1)
  .max(100);

const ids = { order_id: z.uuid(), user_id: z.uuid() };

/** What order-service tells the others; the subject is the order. Its event store holds the same facts. */
export const orderEvents = [
  defineEvent('OrderCreated', { routingKey: 'order.created', topic: 'order_events' }, { ...ids, items: orderedItems }),
  defineEvent(
    'OrderUpdated',
    { routingKey: 'order.updated', topic: 'order_events' },
    {
      ...ids,
      /** `pending` once it is both paid and reserved. */
      status: z.enum(['created', 'pending', 'delivered']),
      paid: z.boolean(),
      reserved: z.boolean(),
    },
  ),
  defineEvent('OrderShipped', { routingKey: 'order.shipped', topic: 'order_events' }, { ...ids, items: orderedItems }),
  defineEvent(
    'OrderCancelled',
    { routingKey: 'order.cancelled', topic: 'order_events' },
    {
      ...ids,
      /** Who or what ended it. */
      cause: z.enum(['user', 'payment', 'stock']),
      reason: z.string().max(200),
    },
  ),
] as const;
