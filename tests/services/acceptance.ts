import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { Shop } from './shop.ts';
import { newShopper, ok, refusal, shopWith, staffOf, stranger, type Shopper } from './shopper.ts';
import { until } from '../support/until.ts';

/** Products that every shop starts with. */
const COFFEE = 'coffee-beans-1kg';
const TEA = 'tea-green-100g';
const MUG = 'mug-white';
/** Four of them are more than the demo's bank takes at once. */
const MACHINE = 'espresso-machine';

/** How long anything that follows by events may take on a machine that does much else. */
const PATIENCE = { timeoutMs: 30_000, everyMs: 50 };

type Status = 'created' | 'pending' | 'shipped' | 'delivered' | 'cancelled';

const order = async (shopper: Shopper, quantity = 1, product: string = COFFEE) =>
  ok(
    shopper.api.POST('/orders', {
      params: { header: {} },
      body: { user_id: shopper.userId, items: [{ product_id: product, quantity }] },
    }),
  );

const statusOf = async ({ api }: Shopper, orderId: string): Promise<Status> =>
  (await ok(api.GET('/orders/{order_id}', { params: { path: { order_id: orderId } } }))).status;

const untilStatus = async (shopper: Shopper, orderId: string, wanted: Status): Promise<void> => {
  let seen: string = 'nothing';
  await until(`order ${orderId} is ${wanted}`, { ...PATIENCE, details: () => `it is ${seen}` }, async () => {
    seen = await statusOf(shopper, orderId);
    return seen === wanted;
  });
};

const paymentsOf = async ({ api }: Shopper, orderId: string) =>
  (await ok(api.GET('/payments', { params: { query: { order_id: orderId } } }))).payments;

const notificationsOf = async ({ api, userId }: Shopper, orderId?: string) =>
  (
    await ok(
      api.GET('/notifications', {
        params: { query: { user_id: userId, ...(orderId !== undefined && { order_id: orderId }) } },
      }),
    )
  ).notifications;

const untilNotified = (shopper: Shopper, kind: string, orderId?: string): Promise<void> =>
  until(`${kind} is sent`, PATIENCE, async () =>
    (await notificationsOf(shopper, orderId)).some((one) => one.kind === kind && one.status === 'sent'),
  );

const untilPayment = (shopper: Shopper, orderId: string, status: string): Promise<void> =>
  until(`the payment of ${orderId} is ${status}`, PATIENCE, async () =>
    (await paymentsOf(shopper, orderId)).some((payment) => payment.status === status),
  );

/** What a shop does for its users, in whatever shape it runs: one suite for all of them. */
export const describeShop = (name: string, shopOf: () => Shop): void => {
  const staff = () => staffOf(shopOf());
  const stockOf = async (product: string) =>
    ok((await staff()).inventory.GET('/products/{product_id}/stock', { params: { path: { product_id: product } } }));
  const setStock = async (product: string, quantity: number) =>
    ok(
      (await staff()).inventory.PUT('/products/{product_id}/stock', {
        params: { path: { product_id: product } },
        body: { quantity },
      }),
    );
  const setStatus = async (orderId: string, status: 'shipped' | 'delivered') =>
    (await staff()).orders.PUT('/orders/{order_id}/status', {
      params: { path: { order_id: orderId } },
      body: { status },
    });
  const available = async (product: string) =>
    (await ok(stranger(shopOf()).GET('/products/{product_id}', { params: { path: { product_id: product } } })))
      .available;

  describe(name, () => {
    test('a user registers, orders, pays, is told, and gets the goods', async () => {
      await setStock(COFFEE, 100);
      // Orders of other tests may still hold some of it.
      const { reserved: others } = await stockOf(COFFEE);
      const ada = await newShopper(shopOf());
      await untilNotified(ada, 'welcome');

      const { products } = await ok(stranger(shopOf()).GET('/products', {}));
      const coffee = products.find(({ product_id: id }) => id === COFFEE);
      expect(coffee?.available).toBe(100 - others);
      const price = coffee?.price.minor_units ?? 0;

      const placed = await order(ada, 2);
      expect(placed).toMatchObject({
        user_id: ada.userId,
        status: 'created',
        items: [{ product_id: COFFEE, quantity: 2 }],
      });
      await untilStatus(ada, placed.order_id, 'pending');
      expect(await paymentsOf(ada, placed.order_id)).toMatchObject([
        {
          order_id: placed.order_id,
          status: 'processed',
          amount: { minor_units: 2 * price, currency: coffee?.price.currency },
        },
      ]);
      expect(await available(COFFEE)).toBe(98 - others);
      await untilNotified(ada, 'order_confirmed', placed.order_id);
      expect((await notificationsOf(ada, placed.order_id)).map(({ kind }) => kind)).toEqual(['order_confirmed']);

      const waiting = await ok((await staff()).orders.GET('/shipping/orders', { params: { query: { limit: 100 } } }));
      expect(waiting.orders.map(({ order_id: id }) => id)).toContain(placed.order_id);
      expect((await ok(setStatus(placed.order_id, 'shipped'))).status).toBe('shipped');
      expect((await ok(setStatus(placed.order_id, 'shipped'))).status).toBe('shipped');
      await until('it left the stock', PATIENCE, async () => {
        const { quantity, reserved } = await stockOf(COFFEE);
        return quantity === 98 && reserved === others;
      });
      expect((await ok(setStatus(placed.order_id, 'delivered'))).status).toBe('delivered');
      await untilStatus(ada, placed.order_id, 'delivered');
      await until('nobody waits for it', PATIENCE, async () => {
        const { orders } = await ok(
          (await staff()).orders.GET('/shipping/orders', { params: { query: { limit: 100 } } }),
        );
        return !orders.some(({ order_id: id }) => id === placed.order_id);
      });
    });

    test('an order can be seen as it was', async () => {
      const ada = await newShopper(shopOf());
      const before = new Date(Date.now() - 60_000).toISOString();
      const { order_id: id, created_at: createdAt } = await order(ada);
      await untilStatus(ada, id, 'pending');
      const at = (time: string) =>
        ada.api.GET('/orders/{order_id}', { params: { path: { order_id: id }, query: { at: time } } });
      expect(await refusal(at(before))).toBe('404 /problems/not-found');
      expect((await ok(at(createdAt))).status).toBe('created');
      expect((await ok(at(new Date().toISOString()))).status).toBe('pending');
    });

    test('a cancelled order gives stock and money back, once', async () => {
      const product = TEA;
      await setStock(product, 10);
      const ada = await newShopper(shopOf());
      const { order_id: id } = await order(ada, 3, product);
      await untilStatus(ada, id, 'pending');
      expect(await available(product)).toBe(7);
      const cancel = () =>
        ok(
          ada.api.PUT('/orders/{order_id}/cancellation', {
            params: { path: { order_id: id } },
            body: { reason: 'Too many' },
          }),
        );
      expect((await cancel()).status).toBe('cancelled');
      expect((await cancel()).status).toBe('cancelled');
      await untilPayment(ada, id, 'refunded');
      await untilNotified(ada, 'order_cancelled', id);
      await until('the stock is back', PATIENCE, async () => (await available(product)) === 10);
      expect(await paymentsOf(ada, id)).toHaveLength(1);
      expect(await refusal(setStatus(id, 'shipped'))).toBe('409 /problems/wrong-order');
    });

    test('what is shipped cannot be cancelled, and what is not shipped not be delivered', async () => {
      const ada = await newShopper(shopOf());
      const { order_id: id } = await order(ada);
      await untilStatus(ada, id, 'pending');
      expect(await refusal(setStatus(id, 'delivered'))).toBe('409 /problems/wrong-order');
      await ok(setStatus(id, 'shipped'));
      expect(
        await refusal(
          ada.api.PUT('/orders/{order_id}/cancellation', {
            params: { path: { order_id: id } },
            body: { reason: 'Too late' },
          }),
        ),
      ).toBe('409 /problems/already-shipped');
    });

    test('an order beyond the stock is cancelled, and its money comes back', async () => {
      const product = MUG;
      await setStock(product, 2);
      const ada = await newShopper(shopOf());
      const { order_id: id } = await order(ada, 3, product);
      await untilStatus(ada, id, 'cancelled');
      await untilNotified(ada, 'order_cancelled', id);
      await until('no money is kept', PATIENCE, async () =>
        (await paymentsOf(ada, id)).every(({ status }) => status !== 'processed'),
      );
      expect(await stockOf(product)).toMatchObject({ quantity: 2, reserved: 0 });
    });

    test('an order that is not paid is cancelled, and its stock comes back', async () => {
      const product = MACHINE;
      await setStock(product, 10);
      const ada = await newShopper(shopOf());
      const { order_id: id } = await order(ada, 4, product);
      await untilStatus(ada, id, 'cancelled');
      expect(await paymentsOf(ada, id)).toMatchObject([{ status: 'refused' }]);
      await untilNotified(ada, 'order_cancelled', id);
      await until('the stock is back', PATIENCE, async () => (await stockOf(product)).reserved === 0);
    });

    test('a request with a key is done once, however often it is sent', async () => {
      const ada = await newShopper(shopOf());
      const send = (quantity: number, key: string) =>
        ada.api.POST('/orders', {
          params: { header: { 'Idempotency-Key': key } },
          body: { user_id: ada.userId, items: [{ product_id: COFFEE, quantity }] },
        });
      const key = randomUUID();
      const first = await ok(send(1, key));
      expect(await ok(send(1, key))).toEqual(first);
      expect(await refusal(send(2, key))).toBe('422 /problems/key-reused');
      const bob = await newShopper(shopOf());
      const other = await ok(
        bob.api.POST('/orders', {
          params: { header: { 'Idempotency-Key': key } },
          body: { user_id: bob.userId, items: [{ product_id: COFFEE, quantity: 1 }] },
        }),
      );
      expect(other.order_id).not.toBe(first.order_id);

      const together = randomUUID();
      const results = await Promise.all(Array.from({ length: 8 }, () => send(1, together)));
      const ids = results.flatMap(({ data }) => (data === undefined ? [] : [data.order_id]));
      expect(new Set(ids).size).toBe(1);
      expect(results.filter(({ response: { status } }) => ![201, 409].includes(status))).toEqual([]);

      const registration = {
        email: `${randomUUID()}@example.com`,
        name: 'Ada Lovelace',
        password: 'correct horse battery',
      };
      const register = () =>
        stranger(shopOf()).POST('/users', { params: { header: { 'Idempotency-Key': together } }, body: registration });
      expect(await ok(register())).toEqual(await ok(register()));
    });

    test('who is not active cannot order', async () => {
      const ada = await newShopper(shopOf());
      await ok(ada.api.DELETE('/users/{user_id}/activation', { params: { path: { user_id: ada.userId } } }));
      const place = () =>
        ada.api.POST('/orders', {
          params: { header: {} },
          body: { user_id: ada.userId, items: [{ product_id: COFFEE, quantity: 1 }] },
        });
      expect(await refusal(place())).toBe('409 /problems/user-inactive');
      const login = () => stranger(shopOf()).POST('/tokens', { body: { email: ada.email, password: ada.password } });
      expect(await refusal(login())).toBe('403 /problems/user-inactive');
      await ok((await staff()).users.PUT('/users/{user_id}/activation', { params: { path: { user_id: ada.userId } } }));
      await ok(place());
      await ok(login());
    });

    test('an order for a user who is not there, or for another, is refused', async () => {
      const nobody = randomUUID();
      const ghost = shopWith(shopOf(), await shopOf().sign({ userId: nobody }));
      const place = (api: typeof ghost, userId: string, products: readonly string[] = [COFFEE]) =>
        api.POST('/orders', {
          params: { header: {} },
          body: { user_id: userId, items: products.map((id) => ({ product_id: id, quantity: 1 })) },
        });
      expect(await refusal(place(ghost, nobody))).toBe('422 /problems/user-unknown');
      const ada = await newShopper(shopOf());
      expect(await refusal(place(ada.api, nobody))).toBe('403 /problems/not-yours');
      expect(await refusal(place(ada.api, ada.userId, [COFFEE, COFFEE]))).toBe('422 /problems/product-twice');
    });

    test('an order for a product that nobody sells is cancelled', async () => {
      const ada = await newShopper(shopOf());
      const { order_id: id } = await order(ada, 1, 'no-such-product');
      await untilStatus(ada, id, 'cancelled');
      expect((await paymentsOf(ada, id)).filter(({ status }) => status === 'processed')).toEqual([]);
    });

    test('an address belongs to one user, and changes', async () => {
      const [ada, bob] = [await newShopper(shopOf()), await newShopper(shopOf())];
      const open = stranger(shopOf());
      expect(
        await refusal(
          open.POST('/users', { body: { email: ada.email, name: 'Bob', password: 'battery horse correct' } }),
        ),
      ).toBe('409 /problems/email-taken');
      const change = (email: string) =>
        bob.api.PUT('/users/{user_id}/email', { params: { path: { user_id: bob.userId } }, body: { email } });
      expect(await refusal(change(ada.email))).toBe('409 /problems/email-taken');
      const email = `${randomUUID()}@example.com`;
      expect(await ok(change(email))).toMatchObject({ email });
      expect(await refusal(open.POST('/tokens', { body: { email: bob.email, password: bob.password } }))).toBe(
        '401 /problems/credentials-wrong',
      );
      await ok(open.POST('/tokens', { body: { email, password: bob.password } }));
      expect(await refusal(open.POST('/tokens', { body: { email, password: 'wrong horse battery' } }))).toBe(
        '401 /problems/credentials-wrong',
      );
    });

    test('a list comes in pages, the latest first', async () => {
      const ada = await newShopper(shopOf());
      const placed: string[] = [];
      for (let count = 0; count < 5; count += 1) placed.unshift((await order(ada)).order_id);
      const page = (cursor?: string) =>
        ok(
          ada.api.GET('/orders', {
            params: { query: { user_id: ada.userId, limit: 2, ...(cursor !== undefined && { cursor }) } },
          }),
        );
      await until('all are listed', PATIENCE, async () => {
        const { orders } = await ok(ada.api.GET('/orders', { params: { query: { user_id: ada.userId } } }));
        return orders.length === 5;
      });
      const seen: string[] = [];
      let cursor: string | undefined;
      do {
        const { orders, next_cursor: next } = await page(cursor);
        expect(orders.length).toBeLessThanOrEqual(2);
        seen.push(...orders.map(({ order_id: id }) => id));
        cursor = next;
      } while (cursor !== undefined);
      expect(seen).toEqual(placed);
      const other = await ada.api.GET('/orders', {
        params: { query: { user_id: ada.userId, cursor: Buffer.from('nonsense').toString('base64url') } },
      });
      expect(other.response.status).toBe(422);
    });

    test('a service says that it lives, is ready, which version it is, and what it counts', async () => {
      const urls = [shopOf().url, shopOf().serviceUrl('order-service'), shopOf().serviceUrl('notification-service')];
      for (const url of new Set(urls)) {
        for (const path of ['/livez', '/readyz', '/version', '/metrics']) {
          const posted = await fetch(`${url}${path}`, { method: 'POST' });
          expect([path, posted.status, posted.headers.get('allow')]).toEqual([path, 405, 'GET']);
          const answer = await fetch(`${url}${path}`);
          expect([url, path, answer.status]).toEqual([url, path, 200]);
          if (path === '/version') expect(await answer.json()).toMatchObject({ service: expect.any(String) });
          if (path === '/metrics') expect(await answer.text()).toMatch(/^# TYPE process_cpu_seconds_total counter$/m);
        }
      }
    });
  });
};
