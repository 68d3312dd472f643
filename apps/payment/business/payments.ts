import { randomUUID } from 'node:crypto';
import type { EventNamed } from '../../shared/events/catalogue.ts';
import type { NewEvent } from '../../shared/database/database.ts';
import { readPage, type Page, type PageRequest } from '../../shared/http/page.ts';
import { Problem } from '../../shared/http/problem.ts';
import type { Identity } from '../../shared/security/token.ts';
import type { Bank, Money } from './bank.ts';
import { priceOf } from './price.ts';

/** The one payment of an order. */
export interface Payment {
  readonly paymentId: string;
  readonly orderId: string;
  readonly userId: string;
  readonly status: 'processed' | 'refused' | 'refunded';
  readonly amount: Money;
  readonly createdAt: Date;
}

/** Payments, inside the transaction of an event. */
export interface PaymentLedger {
  /** Keeps all others away from this order until the transaction ends. */
  readonly lock: (orderId: string) => Promise<void>;
  readonly find: (orderId: string) => Promise<Payment | undefined>;
  readonly add: (payment: Payment) => Promise<void>;
  readonly markRefunded: (orderId: string) => Promise<void>;
  /** Remembers that nobody is to pay for this order, before there is a payment. */
  readonly forbid: (orderId: string) => Promise<void>;
  readonly isForbidden: (orderId: string) => Promise<boolean>;
  readonly emit: (event: NewEvent) => unknown;
}

/** Payments, for looking at. Without a user it is anybody's. */
export interface PaymentView {
  readonly find: (paymentId: string, userId: string | undefined) => Promise<Payment | undefined>;
  readonly list: (
    orderId: string,
    userId: string | undefined,
    part: { readonly after: string | undefined; readonly limit: number },
  ) => Promise<readonly Payment[]>;
}

const facts = ({ paymentId, orderId, userId, amount }: Payment) => ({
  subject_id: orderId,
  payment_id: paymentId,
  order_id: orderId,
  user_id: userId,
  amount,
});

/**
 * Takes the money for an order, once. The order's id is the bank's key. An order that was cancelled before it got here is
 * not paid for.
 */
export async function pay(
  { order_id: orderId, user_id: userId, items }: EventNamed<'OrderCreated'>,
  ledger: PaymentLedger,
  { bank, now }: { readonly bank: Bank; readonly now: Date },
): Promise<void> {
  await ledger.lock(orderId);
  if ((await ledger.find(orderId)) !== undefined || (await ledger.isForbidden(orderId))) return;
  const price = priceOf(items);
  const charge =
    price === undefined
      ? ({ outcome: 'refused', reason: 'A product of this order has no price.' } as const)
      : await bank.charge(orderId, price);
  const payment: Payment = {
    paymentId: randomUUID(),
    orderId,
    userId,
    status: charge.outcome === 'accepted' ? 'processed' : 'refused',
    amount: price ?? { minor_units: 0, currency: 'EUR' },
    createdAt: now,
  };
  await ledger.add(payment);
  ledger.emit(
    charge.outcome === 'accepted'
      ? { event_type: 'PaymentProcessed', ...facts(payment) }
      : { event_type: 'PaymentRefused', ...facts(payment), reason: charge.reason },
  );
}

/**
 * Gives the money of a cancelled order back, whoever cancelled it and however far its payment had come: the bank may have
 * taken it and we not know, when its answer was lost or this service died before it could note it.
 */
export async function giveBack(
  { order_id: orderId }: EventNamed<'OrderCancelled'>,
  ledger: PaymentLedger,
  { bank }: { readonly bank: Bank },
): Promise<void> {
  await ledger.lock(orderId);
  const payment = await ledger.find(orderId);
  if (payment === undefined) {
    await bank.refund(orderId);
    return ledger.forbid(orderId);
  }
  if (payment.status !== 'processed') return;
  await bank.refund(orderId);
  await ledger.markRefunded(orderId);
  ledger.emit({ event_type: 'PaymentRefunded', ...facts(payment) });
}

/** Whose payments somebody may see: staff sees all. */
const visibleTo = ({ userId, roles }: Identity): string | undefined => (roles.includes('staff') ? undefined : userId);

/** @throws Problem 404 for a payment that is not there, or not the caller's */
export async function showPayment(view: PaymentView, paymentId: string, caller: Identity): Promise<Payment> {
  const payment = await view.find(paymentId, visibleTo(caller));
  if (payment === undefined) throw new Problem(404, 'There is no such payment.', { type: 'not-found' });
  return payment;
}

export const listPayments = (
  view: PaymentView,
  { orderId, ...page }: { readonly orderId: string } & PageRequest,
  caller: Identity,
): Promise<Page<Payment>> =>
  readPage(
    `payments of ${orderId}`,
    page,
    (after, limit) => view.list(orderId, visibleTo(caller), { after, limit }),
    ({ paymentId }) => paymentId,
  );
