import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CARD_LIMIT_MINOR_UNITS, demoBank, type Bank } from '../../../apps/payment/business/bank.ts';
import { giveBack, pay, type Payment, type PaymentLedger } from '../../../apps/payment/business/payments.ts';
import { priceOf } from '../../../apps/payment/business/price.ts';
import type { NewEvent } from '../../../apps/shared/database/database.ts';
import { orderEvents } from '../order-events.ts';

const now = new Date(0);

/** A ledger in memory, and a bank that counts. */
function office() {
  const payments = new Map<string, Payment>();
  const forbidden = new Set<string>();
  const told: NewEvent[] = [];
  const held = new Set<string>();
  const ledger: PaymentLedger = {
    lock: async () => {},
    find: async (orderId) => payments.get(orderId),
    add: async (payment) => void payments.set(payment.orderId, payment),
    markRefunded: async (orderId) => {
      const payment = payments.get(orderId);
      if (payment !== undefined) payments.set(orderId, { ...payment, status: 'refunded' });
    },
    forbid: async (orderId) => void forbidden.add(orderId),
    isForbidden: async (orderId) => forbidden.has(orderId),
    emit: (event) => told.push(event),
  };
  const bank: Bank = {
    charge: async (key, amount) => {
      const charge = await demoBank.charge(key, amount);
      if (charge.outcome === 'accepted') held.add(key);
      return charge;
    },
    refund: async (key) => void held.delete(key),
  };
  return { ledger, bank, payments, held, types: () => told.map(({ event_type }) => event_type) };
}

describe('what an order costs', () => {
  test('is the sum of its items', () => {
    expect(
      priceOf([
        { product_id: 'coffee-beans-1kg', quantity: 2 },
        { product_id: 'mug-white', quantity: 1 },
      ]),
    ).toEqual({ minor_units: 2 * 1_490 + 890, currency: 'EUR' });
  });

  test.each(['no-such-product', 'constructor', '__proto__'])('nobody knows for %s', (product_id) => {
    expect(priceOf([{ product_id, quantity: 1 }])).toBeUndefined();
  });
});

describe('the bank of the demo', () => {
  test.each([
    [CARD_LIMIT_MINOR_UNITS, 'accepted'],
    [CARD_LIMIT_MINOR_UNITS + 1, 'refused'],
  ])('%i: %s', async (minor_units, outcome) => {
    expect(await demoBank.charge('key', { minor_units, currency: 'EUR' })).toMatchObject({ outcome });
  });
});

describe('payments', () => {
  test('an order is paid once, however often its event comes', async () => {
    const { created } = orderEvents();
    const { ledger, bank, payments, types } = office();
    await pay(created, ledger, { bank, now });
    await pay(created, ledger, { bank, now });
    expect([...payments.values()]).toMatchObject([
      { orderId: created.order_id, userId: created.user_id, status: 'processed', amount: { minor_units: 2_980 } },
    ]);
    expect(types()).toEqual(['PaymentProcessed']);
  });

  test.each([
    ['more than the card takes', [{ product_id: 'espresso-machine', quantity: 4 }]],
    ['a product without a price', [{ product_id: 'no-such-product', quantity: 1 }]],
  ])('%s is refused, and nothing is given back', async (_name, items) => {
    const { created, cancelled } = orderEvents(items);
    const { ledger, bank, payments, held, types } = office();
    await pay(created, ledger, { bank, now });
    await giveBack(cancelled, ledger, { bank });
    expect([...payments.values()]).toMatchObject([{ status: 'refused' }]);
    expect(held.size).toBe(0);
    expect(types()).toEqual(['PaymentRefused']);
  });

  test('the bank keeps the money of an order if and only if it is not cancelled, in whatever order events come', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom('created' as const, 'cancelled' as const), { minLength: 1, maxLength: 6 }),
        async (arrivals) => {
          const order = orderEvents();
          const { ledger, bank, payments, held, types } = office();
          for (const arrival of arrivals)
            if (arrival === 'created') await pay(order.created, ledger, { bank, now });
            else await giveBack(order.cancelled, ledger, { bank });
          const isCancelled = arrivals.includes('cancelled');
          expect(held.has(order.order_id)).toBe(arrivals.includes('created') && !isCancelled);
          const isPaidFirst = arrivals[0] === 'created';
          expect(payments.get(order.order_id)?.status).toBe(
            isPaidFirst ? (isCancelled ? 'refunded' : 'processed') : undefined,
          );
          expect(types()).toEqual(isPaidFirst ? ['PaymentProcessed', ...(isCancelled ? ['PaymentRefunded'] : [])] : []);
        },
      ),
    );
  });
});
