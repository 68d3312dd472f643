import { z } from 'zod';
import { defineEvent } from '../../shared/events/event.ts';

const ids = { order_id: z.uuid(), user_id: z.uuid() };
const items = z.array(z.object({ product_id: z.string().max(64), quantity: z.int().min(1) }));

/** What inventory-service tells the others; the subject is the order. */
export const stockEvents = [
  defineEvent('StockReserved', { routingKey: 'stock.reserved', topic: 'order_events' }, { ...ids, items }),
  defineEvent(
    'StockRefused',
    { routingKey: 'stock.refused', topic: 'order_events' },
    { ...ids, reason: z.string().max(200) },
  ),
  defineEvent('StockReleased', { routingKey: 'stock.released', topic: 'order_events' }, { ...ids, items }),
] as const;
