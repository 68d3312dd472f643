import type { EventNamed } from '../../shared/events/catalogue.ts';

/** What happens to an order. */
export type OrderEvent = EventNamed<'OrderCreated' | 'OrderUpdated' | 'OrderShipped' | 'OrderCancelled'>;

/** An order, as all that happened has made it. */
export interface Order {
  readonly orderId: string;
  readonly userId: string;
  /** `pending` once it is both paid and reserved: only then can it be shipped. */
  readonly status: 'created' | 'pending' | 'shipped' | 'delivered' | 'cancelled';
  readonly items: readonly { readonly product_id: string; readonly quantity: number }[];
  readonly createdAt: string;
  readonly isPaid: boolean;
  readonly isReserved: boolean;
  /** When it became `pending`. */
  readonly waitingSince?: string;
  /** How many events it has had. */
  readonly version: number;
}

/** The order after one more event; before the first there is none. */
export function evolve(order: Order | undefined, event: OrderEvent): Order {
  if (event.event_type === 'OrderCreated')
    return {
      orderId: event.order_id,
      userId: event.user_id,
      status: 'created',
      items: event.items,
      createdAt: event.timestamp,
      isPaid: false,
      isReserved: false,
      version: 1,
    };
  if (order === undefined) throw new Error(`${event.order_id} begins with ${event.event_type}`);
  const after = { ...order, version: order.version + 1 };
  switch (event.event_type) {
    case 'OrderUpdated':
      return {
        ...after,
        status: event.status,
        isPaid: event.paid,
        isReserved: event.reserved,
        ...(event.status === 'pending' && { waitingSince: event.timestamp }),
      };
    case 'OrderShipped':
      return { ...after, status: 'shipped' };
    case 'OrderCancelled':
      return { ...after, status: 'cancelled' };
  }
}

/** What is asked for. The last two are what other modules tell. */
export type OrderCommand =
  | { readonly kind: 'UpdateOrderStatus'; readonly status: 'shipped' | 'delivered' }
  | { readonly kind: 'CancelOrder'; readonly cause: 'user' | 'payment' | 'stock'; readonly reason: string }
  | { readonly kind: 'NotePayment' }
  | { readonly kind: 'NoteReservation' };

/** Why a command is refused. */
export type Refusal = 'already-shipped' | 'wrong-order';

/** What happens because of a command, or why nothing can. Asked for what is already so, nothing does. */
export function decide(order: Order, command: OrderCommand) {
  const about = { subject_id: order.orderId, order_id: order.orderId, user_id: order.userId };
  const updated = (facts: Pick<EventNamed<'OrderUpdated'>, 'status' | 'paid' | 'reserved'>) => [
    { event_type: 'OrderUpdated' as const, ...about, ...facts },
  ];
  const isOver = order.status === 'cancelled';
  switch (command.kind) {
    case 'UpdateOrderStatus':
      if (command.status === order.status) return [];
      if (command.status === 'shipped')
        return order.status === 'pending'
          ? [{ event_type: 'OrderShipped' as const, ...about, items: [...order.items] }]
          : 'wrong-order';
      return order.status === 'shipped' ? updated({ status: 'delivered', paid: true, reserved: true }) : 'wrong-order';
    case 'CancelOrder': {
      if (isOver) return [];
      if (order.status === 'shipped' || order.status === 'delivered') return 'already-shipped';
      const { cause, reason } = command;
      return [{ event_type: 'OrderCancelled' as const, ...about, cause, reason }];
    }
    // Of a cancelled order nothing more is to be noted: payment and inventory undo theirs when they hear of it.
    case 'NotePayment':
      return isOver || order.isPaid
        ? []
        : updated({ status: order.isReserved ? 'pending' : 'created', paid: true, reserved: order.isReserved });
    case 'NoteReservation':
      return isOver || order.isReserved
        ? []
        : updated({ status: order.isPaid ? 'pending' : 'created', paid: order.isPaid, reserved: true });
  }
}
