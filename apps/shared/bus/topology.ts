import type { EventType } from '../events/catalogue.ts';

/** Name of RabbitMQ's topic exchange. */
export const EXCHANGE = 'events';

/**
 * Which durable queue receives which events. A publisher declares the queues of its events before it publishes, so that
 * nothing is lost because a consumer was never there. The modules' subscriptions and the kit's charts say the same; a
 * test compares them.
 */
export const queues = {
  order_service_queue: ['PaymentProcessed', 'PaymentRefused', 'StockReserved', 'StockRefused'],
  payment_service_queue: ['OrderCreated', 'OrderCancelled'],
  inventory_service_queue: ['OrderCreated', 'OrderCancelled', 'OrderShipped'],
  notification_service_queue: ['UserRegistered', 'UserEmailChanged', 'OrderCreated', 'OrderCancelled'],
} as const satisfies Record<string, readonly EventType[]>;

/** Whether an event of this type must find a queue: nobody waits for the others. */
export const isAwaited = (type: EventType): boolean =>
  Object.values<readonly EventType[]>(queues).some((types) => types.includes(type));
