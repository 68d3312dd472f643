import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decide, evolve, type Order, type OrderCommand, type OrderEvent } from '../../../apps/order/business/order.ts';
import { embeddedDatabase } from '../embedded-database.ts';
import { describeOrders } from './describe-orders.ts';
import { command } from './order-commands.ts';

const items = [{ product_id: 'coffee-beans-1kg', quantity: 2 }];

const envelope = (event: object): OrderEvent =>
  ({ event_id: randomUUID(), version: 1, timestamp: '2026-01-01T00:00:00.000Z', ...event }) as OrderEvent; // with it, it is one
const created = (): OrderEvent => {
  const id = randomUUID();
  return envelope({ event_type: 'OrderCreated', subject_id: id, order_id: id, user_id: id, items });
};
describe('decisions', () => {
  const after = (commands: readonly OrderCommand[]): { order: Order; statuses: string[] } => {
    let order = evolve(undefined, created());
    const statuses: string[] = [order.status];
    for (const one of commands) {
      const decision = decide(order, one);
      if (typeof decision === 'string') continue;
      for (const event of decision) order = evolve(order, envelope(event));
      statuses.push(order.status);
    }
    return { order, statuses };
  };

  test.each<{ name: string; commands: OrderCommand[]; status: Order['status'] }>([
    { name: 'paid only', commands: [{ kind: 'NotePayment' }], status: 'created' },
    { name: 'reserved only', commands: [{ kind: 'NoteReservation' }], status: 'created' },
    { name: 'both', commands: [{ kind: 'NoteReservation' }, { kind: 'NotePayment' }], status: 'pending' },
    {
      name: 'delivered',
      commands: [
        { kind: 'NotePayment' },
        { kind: 'NoteReservation' },
        { kind: 'UpdateOrderStatus', status: 'shipped' },
        { kind: 'UpdateOrderStatus', status: 'delivered' },
      ],
      status: 'delivered',
    },
  ])('$name: $status', ({ commands, status }) => expect(after(commands).order.status).toBe(status));

  test('whatever is asked: nothing unpaid or without stock is shipped, a cancelled order stays cancelled, a repeated command changes nothing', () => {
    fc.assert(
      fc.property(fc.array(command, { maxLength: 12 }), (commands) => {
        const { order, statuses } = after(commands);
        if (statuses.some((status) => status === 'shipped' || status === 'delivered'))
          expect(order).toMatchObject({ isPaid: true, isReserved: true });
        const cancelled = statuses.indexOf('cancelled');
        if (cancelled !== -1) expect(new Set(statuses.slice(cancelled))).toEqual(new Set(['cancelled']));
        expect(after(commands.flatMap((one) => [one, one])).order).toMatchObject({
          status: order.status,
          version: order.version,
        });
      }),
    );
  });
});

describeOrders('on the embedded database', embeddedDatabase);
