import fc from 'fast-check';
import type { OrderCommand } from '../../../apps/order/business/order.ts';

/** Anything that can be asked of an order. */
export const command = fc.oneof<fc.Arbitrary<OrderCommand>[]>(
  fc.constantFrom<OrderCommand>({ kind: 'NotePayment' }, { kind: 'NoteReservation' }),
  fc.record({ kind: fc.constant('UpdateOrderStatus'), status: fc.constantFrom('shipped', 'delivered') }),
  fc.record({
    kind: fc.constant('CancelOrder'),
    cause: fc.constantFrom('user', 'payment', 'stock'),
    reason: fc.constant('x'),
  }),
);
