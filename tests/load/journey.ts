import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { oneOf, type Chance } from './chance.ts';
import type { Ended } from './record.ts';
import type { ShopClient } from './shop-client.ts';

/** A user of the shop with a token. */
export interface User {
  readonly userId: string;
  readonly headers: { readonly authorization: string };
}

/** What follows by events may take this long. */
const PATIENCE_MS = 30_000;
const FIRST_LOOK_MS = 100;
const LONGEST_PAUSE_MS = 1_000;
const CANCELLED_SHARE = 1 / 3;

/** An answer that is not the one that the script waits for. */
export class WrongAnswer extends Error {}

interface Call<Data> {
  readonly data?: Data;
  readonly error?: unknown;
  readonly response: Response;
}

/** The body of an answer with this status.
 * @throws WrongAnswer for any other */
function expected<Data>(what: string, status: number, { data, error, response }: Call<Data>): NonNullable<Data> {
  if (response.status === status && data !== undefined && data !== null) return data;
  const type = typeof error === 'object' && error !== null && 'type' in error ? ` ${String(error.type)}` : '';
  throw new WrongAnswer(`${what} was answered ${response.status}${type}`);
}

function check(what: string, isTrue: boolean): void {
  if (!isTrue) throw new WrongAnswer(what);
}

/** Asks until an answer satisfies, less and less often. */
async function until<T>(what: string, ask: () => Promise<T>, satisfies: (answer: T) => boolean): Promise<T> {
  const end = performance.now() + PATIENCE_MS;
  for (let pause = FIRST_LOOK_MS; ; pause = Math.min(pause * 1.5, LONGEST_PAUSE_MS)) {
    const answer = await ask();
    if (satisfies(answer)) return answer;
    if (performance.now() > end) throw new WrongAnswer(`${what} within ${PATIENCE_MS / 1_000} s: not seen`);
    await sleep(pause);
  }
}

/** Registers a user, new in every run, and gets a token. */
export async function register(shop: ShopClient): Promise<User> {
  const email = `load-${randomUUID()}@example.com`;
  const password = `load-${randomUUID()}`;
  const user = expected(
    'a registration',
    201,
    await shop.POST('/users', {
      params: { header: { 'Idempotency-Key': randomUUID() } },
      body: { email, name: 'A load test', password },
    }),
  );
  check('a new user is active and has the address that was given', user.status === 'active' && user.email === email);
  const token = expected('a request for a token', 201, await shop.POST('/tokens', { body: { email, password } }));
  return { userId: user.user_id, headers: { authorization: `Bearer ${token.access_token}` } };
}

/** A user looks around, orders, waits until the order is paid, and in one of three cases thinks better of it. */
export async function journey(shop: ShopClient, user: User, chance: Chance): Promise<Ended> {
  try {
    return await ordered(shop, user, chance);
  } catch (error) {
    // What the client throws is that there was no answer, and it has told why.
    return { as: 'failed', why: error instanceof WrongAnswer ? error.message : 'a request had no answer' };
  }
}

async function ordered(shop: ShopClient, { userId, headers }: User, chance: Chance): Promise<Ended> {
  const { products } = expected('a look at the products', 200, await shop.GET('/products', {}));
  const [first, ...others] = products.filter(({ available }) => available > 0);
  if (first === undefined) return { as: 'refused' };
  const { product_id } = oneOf(chance, [first, ...others]);
  const product = expected(
    'a look at a product',
    200,
    await shop.GET('/products/{product_id}', { params: { path: { product_id } } }),
  );
  check('the product is the one that was asked for', product.product_id === product_id);

  const items = [{ product_id, quantity: 1 + Math.floor(chance() * 2) }];
  const call = await shop.POST('/orders', {
    headers,
    params: { header: { 'Idempotency-Key': randomUUID() } },
    body: { user_id: userId, items },
  });
  const order = expected('an order', 201, call);
  check('a new order is the one that was placed', same(order.items, items) && order.user_id === userId);
  check('Location names the order', call.response.headers.get('location') === `/api/orders/${order.order_id}`);

  const path = { order_id: order.order_id };
  const settled = await until(
    'the payment of an order',
    async () =>
      expected('a look at an order', 200, await shop.GET('/orders/{order_id}', { headers, params: { path } })),
    ({ status }) => status !== 'created',
  );
  check('an order keeps its items', same(settled.items, items));
  if (settled.status === 'cancelled') return { as: 'refused' };

  const { payments } = expected(
    'a look at the payments',
    200,
    await shop.GET('/payments', { headers, params: { query: path } }),
  );
  const price = product.price.minor_units * (items[0]?.quantity ?? 0);
  check('an order is paid once', payments.filter(({ status }) => status === 'processed').length === 1);
  check(
    'the payment is the price',
    payments.every(({ amount }) => amount.minor_units === price),
  );
  await until(
    'an order in the list of its user',
    async () =>
      expected(
        'a look at the orders',
        200,
        await shop.GET('/orders', { headers, params: { query: { user_id: userId, limit: 100 } } }),
      ).orders,
    (orders) => orders.some(({ order_id }) => order_id === order.order_id),
  );

  if (chance() >= CANCELLED_SHARE) return { as: 'kept' };
  const cancelled = expected(
    'a cancellation',
    200,
    await shop.PUT('/orders/{order_id}/cancellation', {
      headers,
      params: { path },
      body: { reason: 'Thought better of it' },
    }),
  );
  check('a cancelled order is cancelled', cancelled.status === 'cancelled');
  return { as: 'cancelled' };
}

const same = (
  some: readonly { readonly product_id: string; readonly quantity: number }[],
  others: typeof some,
): boolean =>
  some.length === others.length &&
  some.every(({ product_id, quantity }, index) => {
    const other = others[index];
    return other?.product_id === product_id && other.quantity === quantity;
  });
