import type { EventNamed } from '../../shared/events/catalogue.ts';
import type { Message, Notification } from './notification.ts';

/** Notifications and addresses, inside the transaction of an event. */
export interface Desk {
  /** Keeps all others away from this order until the transaction ends. */
  readonly lockOrder: (orderId: string) => Promise<void>;
  /** Notes where a user gets mail, unless something newer is known. */
  readonly noteAddress: (userId: string, email: string, asOf: Date) => Promise<void>;
  readonly queue: (userId: string, message: Message, orderId?: string) => Promise<void>;
  readonly hasTold: (orderId: string, kind: Notification['kind']) => Promise<boolean>;
}

export async function welcome(event: EventNamed<'UserRegistered'>, desk: Desk): Promise<void> {
  await desk.noteAddress(event.user_id, event.email, new Date(event.timestamp));
  await desk.queue(event.user_id, { kind: 'welcome' });
}

export const moveAddress = (event: EventNamed<'UserEmailChanged'>, desk: Desk): Promise<void> =>
  desk.noteAddress(event.user_id, event.email, new Date(event.timestamp));

/** Confirms an order, unless its end came first. */
export async function confirmOrder(
  { user_id, order_id, items }: EventNamed<'OrderCreated'>,
  desk: Desk,
): Promise<void> {
  await desk.lockOrder(order_id);
  if (await desk.hasTold(order_id, 'order_cancelled')) return;
  await desk.queue(user_id, { kind: 'order_confirmed', items }, order_id);
}

export async function tellCancellation(
  { user_id, order_id, reason }: EventNamed<'OrderCancelled'>,
  desk: Desk,
): Promise<void> {
  await desk.lockOrder(order_id);
  await desk.queue(user_id, { kind: 'order_cancelled', reason }, order_id);
}
