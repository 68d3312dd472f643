import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Pool } from 'undici';
import { stranger, type Shopper } from '../shopper.ts';
import type { Shop } from '../shop.ts';
import type { ServiceShop } from '../topologies.ts';
import { oneOf, type Chance } from '../../load/chance.ts';

/** An order as its customer knows it. */
export interface PlacedOrder {
  readonly orderId: string;
  readonly userId: string;
  readonly productId: string;
  readonly quantity: number;
  /** The customer's cancellation was answered with 200. */
  readonly isCancelledByUser: boolean;
}

type Customer = Pick<Shopper, 'userId' | 'token'>;

/** What customers saw. */
export interface Sales {
  readonly orders: readonly PlacedOrder[];
  /** How many answers of each status there were: failures are part of it, and are asked again. */
  readonly answers: Readonly<Record<string, number>>;
}

/** What is bought, and how often. The dear one is refused by the bank, and of the scarce one there is too little. */
const WARES = [
  { product: 'coffee-beans-1kg', quantity: 2, share: 0.7 },
  { product: 'espresso-machine', quantity: 4, share: 0.1 },
  { product: 'mug-white', quantity: 1, share: 0.2 },
] as const;

const TRY_FOR_MS = 120_000;

/** People who have registered, one after the other: passwords take their time. Their tokens are given, for the same reason. */
export const newCustomers = async (shop: Shop, count: number): Promise<readonly Customer[]> => {
  const customers: Customer[] = [];
  while (customers.length < count) {
    const key = randomUUID();
    const body = { email: `${key}@example.com`, name: 'Ada Lovelace', password: 'correct horse battery' };
    const { data } = await stranger(shop).POST('/users', { params: { header: { 'Idempotency-Key': key } }, body });
    // On a machine that does much else it may take too long: then the key makes sure that it is done once.
    if (data !== undefined) customers.push({ userId: data.user_id, token: await shop.sign({ userId: data.user_id }) });
  }
  return customers;
};

/** Customers who order until `count` orders are placed, at a pace, and ask again whatever gets no good answer. */
export const shopping = async (
  shop: ServiceShop,
  {
    customers,
    count,
    perSecond,
    cancelShare,
    chance,
  }: {
    readonly customers: readonly Customer[];
    readonly count: number;
    readonly perSecond: number;
    readonly cancelShare: number;
    readonly chance: Chance;
  },
): Promise<Sales> => {
  const pool = new Pool(shop.url, { connections: 64, bodyTimeout: 15_000, headersTimeout: 15_000 });
  const answers: Record<string, number> = {};
  const noted = (what: string): void => void (answers[what] = (answers[what] ?? 0) + 1);

  /** Sends until there is an answer below 500 that says what became of it; a key makes that safe. */
  const send = async (method: 'POST' | 'PUT', path: string, { token }: Customer, body: unknown, key?: string) => {
    for (const end = performance.now() + TRY_FOR_MS; performance.now() < end; await sleep(100)) {
      try {
        const answer = await pool.request({
          method,
          path,
          headers: {
            authorization: `Bearer ${token}`,
            'content-type': 'application/json',
            ...(key !== undefined && { 'idempotency-key': key }),
          },
          body: JSON.stringify(body),
        });
        const text = await answer.body.text();
        noted(`${method} ${answer.statusCode}`);
        const isInProgress = answer.statusCode === 409 && text.includes('key-in-progress');
        if (answer.statusCode < 500 && answer.statusCode !== 429 && !isInProgress)
          return { status: answer.statusCode, text };
      } catch (error) {
        noted(`${method} ${error instanceof Error && 'code' in error ? String(error.code) : String(error)}`);
      }
    }
    throw new Error(
      `${method} ${path} had no answer within ${TRY_FOR_MS / 1000} s: ${JSON.stringify(answers)}\n${shop.endOfLogs()}`,
    );
  };

  const buy = async (): Promise<PlacedOrder> => {
    const share = chance();
    const [common, dear, scarce] = WARES;
    const { product, quantity } = share < common.share ? common : share < common.share + dear.share ? dear : scarce;
    const customer = oneOf(chance, customers as [Customer, ...Customer[]]); // there are some
    const cancels = chance() < cancelShare;
    const patienceMs = chance() * 3_000;
    const body = { user_id: customer.userId, items: [{ product_id: product, quantity }] };
    const placed = await send('POST', '/api/orders', customer, body, randomUUID());
    if (placed.status !== 201) throw new Error(`an order was answered with ${placed.status}: ${placed.text}`);
    // What the contract promises of 201.
    const { order_id: orderId } = JSON.parse(placed.text) as { readonly order_id: string };
    const order = { orderId, userId: customer.userId, productId: product, quantity };
    if (!cancels) return { ...order, isCancelledByUser: false };
    await sleep(patienceMs);
    const path = `/api/orders/${orderId}/cancellation`;
    const cancelled = await send('PUT', path, customer, { reason: 'Changed my mind' });
    if (cancelled.status !== 200)
      throw new Error(`a cancellation was answered with ${cancelled.status}: ${cancelled.text}`);
    return { ...order, isCancelledByUser: true };
  };

  const started = performance.now();
  const orders = await Promise.all(
    Array.from({ length: count }, async (_, index) => {
      await sleep((index * 1000) / perSecond);
      return buy();
    }),
  );
  noted(`seconds: ${((performance.now() - started) / 1000).toFixed(0)}`);
  await pool.close();
  return { orders, answers };
};
