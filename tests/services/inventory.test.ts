import { randomInt, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { inventory } from '../../apps/inventory/module.ts';
import { orderEvents } from '../apps/order-events.ts';
import { moduleOnPostgres, shuffled, type ModuleOnPostgres } from './module-on-postgres.ts';

const COFFEE = 'coffee-beans-1kg';
const MUG = 'mug-white';
const STAFF = { userId: randomUUID(), roles: ['staff'] };

let service: ModuleOnPostgres;

beforeAll(async () => {
  service = await moduleOnPostgres(inventory);
});
afterAll(() => service?.close());
beforeEach(() =>
  service
    .query('truncate inventory.reservations, inventory.outbox, inventory.inbox')
    .then(() => service.query('update inventory.products set quantity = 50, reserved = 0')),
);

const stockOf = async (product: string) => {
  const [row] = await service.query<{ quantity: number; reserved: number }>(
    'select quantity, reserved from inventory.products where product_id = $1',
    [product],
  );
  return row;
};

describe('inventory on PostgreSQL', () => {
  test('an event that comes ten times at once, to two processes, is reserved for and told of once', async () => {
    const { created, order_id } = orderEvents([{ product_id: COFFEE, quantity: 3 }]);
    await Promise.all(Array.from({ length: 10 }, (_, index) => service.handle(created, index)));
    expect(await stockOf(COFFEE)).toEqual({ quantity: 50, reserved: 3 });
    expect(await service.told()).toMatchObject([{ event_type: 'StockReserved', subject_id: order_id }]);
  });

  test('however many want the last pieces at once, no more are given away than there are', async () => {
    const orders = Array.from({ length: 60 }, (_, index) =>
      orderEvents([{ product_id: COFFEE, quantity: 1 + (index % 3) }]),
    );
    await Promise.all(orders.map(({ created }, index) => service.handle(created, index)));
    const told = await service.told();
    const given = told.flatMap((event) => (event.event_type === 'StockReserved' ? event.items : []));
    const pieces = given.reduce((sum, { quantity }) => sum + quantity, 0);
    expect(told).toHaveLength(60);
    expect(pieces).toBeGreaterThan(47); // who wants one or two more finds none
    expect(pieces).toBeLessThanOrEqual(50);
    expect(await stockOf(COFFEE)).toEqual({ quantity: 50, reserved: pieces });
  });

  test('orders that name products in opposite orders do not block each other', async () => {
    const orders = Array.from({ length: 40 }, (_, index) => {
      const items = [COFFEE, MUG].map((product_id) => ({ product_id, quantity: 1 }));
      return orderEvents(index % 2 === 0 ? items : items.reverse());
    });
    await Promise.all(orders.map(({ created }, index) => service.handle(created, index)));
    expect([await stockOf(COFFEE), await stockOf(MUG)]).toEqual([
      { quantity: 50, reserved: 40 },
      { quantity: 50, reserved: 40 },
    ]);
  });

  test('whatever order events come in, what is held is what orders hold that stand', async () => {
    const seed = randomInt(2 ** 31);
    const orders = Array.from({ length: 30 }, (_, index) => ({
      ...orderEvents([{ product_id: COFFEE, quantity: 1 }]),
      end: (['cancelled', 'shipped', 'none'] as const)[index % 3],
    }));
    // Only what was reserved is shipped.
    const firsts = orders.flatMap(({ created, cancelled, end }) =>
      end === 'cancelled' ? [created, cancelled, created, cancelled] : [created, created],
    );
    await Promise.all(shuffled(firsts, seed).map((event, index) => service.handle(event, index)));
    const lasts = orders.flatMap(({ shipped, created, end }) => (end === 'shipped' ? [shipped, created, shipped] : []));
    await Promise.all(shuffled(lasts, seed).map((event, index) => service.handle(event, index)));
    expect(await stockOf(COFFEE), `seed ${seed}`).toEqual({ quantity: 40, reserved: 10 });
    const types = (await service.told()).map(({ event_type }) => event_type);
    const count = (type: string): number => types.filter((one) => one === type).length;
    expect(count('StockReserved') - count('StockReleased'), `seed ${seed}`).toBe(20);
  });

  test('products are listed in pages, without a token', async () => {
    const seen: string[] = [];
    let next = '';
    do {
      const { status, body } = await service.ask('GET', `/products?limit=3${next}`);
      expect(status).toBe(200);
      const { products, next_cursor } = body as { products: { product_id: string }[]; next_cursor?: string }; // its contract
      seen.push(...products.map(({ product_id }) => product_id));
      next = next_cursor === undefined ? '' : `&cursor=${next_cursor}`;
    } while (next !== '');
    expect(seen).toEqual([COFFEE, 'espresso-machine', MUG, 'tea-green-100g']);
    expect(await service.ask('GET', `/products/${MUG}`)).toMatchObject({
      status: 200,
      body: { price: { minor_units: 890, currency: 'EUR' }, available: 50 },
    });
    expect(await service.ask('GET', '/products/no-such-product')).toMatchObject({ status: 404 });
    expect(await service.ask('GET', '/products?cursor=bm9uc2Vuc2U')).toMatchObject({ status: 422 });
  });

  test('staff sets the stock, but not below what orders hold; others do not', async () => {
    await service.handle(orderEvents([{ product_id: MUG, quantity: 5 }]).created);
    const path = `/products/${MUG}/stock`;
    const set = (quantity: number, as: { userId: string; roles?: string[] } = STAFF) =>
      service.ask('PUT', path, { as, body: { quantity } });
    expect(await set(5)).toEqual({ status: 200, body: { product_id: MUG, quantity: 5, reserved: 5 } });
    expect(await set(4)).toMatchObject({ status: 409, body: { type: '/problems/stock-reserved' } });
    expect(await set(9, { userId: randomUUID() })).toMatchObject({ status: 403 });
    expect(await service.ask('GET', path)).toMatchObject({ status: 401 });
    expect(await service.ask('GET', path, { as: STAFF })).toEqual({
      status: 200,
      body: { product_id: MUG, quantity: 5, reserved: 5 },
    });
    expect(
      await service.ask('PUT', '/products/no-such-product/stock', { as: STAFF, body: { quantity: 1 } }),
    ).toMatchObject({ status: 404 });
  });
});
