import { z } from 'zod';
import { defineEvent } from '../../shared/events/event.ts';

const payment = {
  payment_id: z.uuid(),
  order_id: z.uuid(),
  user_id: z.uuid(),
  amount: z.object({ minor_units: z.int().min(0), currency: z.string().length(3) }),
};

/** What payment-service tells the others; the subject is the order. */
export const paymentEvents = [
  defineEvent('PaymentProcessed', { routingKey: 'payment.processed', topic: 'payment_events' }, payment),
  defineEvent(
    'PaymentRefused',
    { routingKey: 'payment.refused', topic: 'payment_events' },
    { ...payment, reason: z.string().max(200) },
  ),
  defineEvent('PaymentRefunded', { routingKey: 'payment.refunded', topic: 'payment_events' }, payment),
] as const;
