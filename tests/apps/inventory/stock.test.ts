import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  release,
  reserve,
  ship,
  shortage,
  type Reservation,
  type Stock,
  type Warehouse,
} from '../../../apps/inventory/business/stock.ts';
import type { NewEvent } from '../../../apps/shared/database/database.ts';
import { orderEvents } from '../order-events.ts';

const COFFEE = 'coffee-beans-1kg';

/** A warehouse in memory. */
function house(products: Readonly<Record<string, Stock>>) {
  const stock = new Map(Object.entries(products));
  const reservations = new Map<string, Reservation>();
  const told: NewEvent[] = [];
  const warehouse: Warehouse = {
    lockOrder: async () => {},
    lockStock: async (wanted) => new Map([...stock].filter(([product]) => wanted.includes(product))),
    setStock: async (product, { quantity, reserved }) => {
      if (reserved < 0 || reserved > quantity) throw new Error(`${product}: ${reserved} of ${quantity}`);
      stock.set(product, { quantity, reserved });
    },
    reservation: async (orderId) => reservations.get(orderId),
    setReservation: async (orderId, reservation) => void reservations.set(orderId, reservation),
    emit: (event) => told.push(event),
  };
  return { warehouse, stock, told, types: () => told.map(({ event_type }) => event_type) };
}

const order = (quantity: number, product_id = COFFEE) => orderEvents([{ product_id, quantity }]);

describe('what is left', () => {
  test.each([
    { wanted: 2, quantity: 5, reserved: 3, isShort: false },
    { wanted: 3, quantity: 5, reserved: 3, isShort: true },
  ])('$wanted of $quantity with $reserved reserved', ({ wanted, quantity, reserved, isShort }) => {
    const reason = shortage([{ product_id: COFFEE, quantity: wanted }], new Map([[COFFEE, { quantity, reserved }]]));
    expect(reason).toBe(isShort ? `Of "${COFFEE}" there are 2 left, not 3.` : undefined);
  });
});

describe('stock', () => {
  test('is reserved once, shipped once', async () => {
    const { warehouse, stock, types } = house({ [COFFEE]: { quantity: 5, reserved: 0 } });
    const { created, shipped, cancelled } = order(2);
    await reserve(created, warehouse);
    await reserve(created, warehouse);
    expect(stock.get(COFFEE)).toEqual({ quantity: 5, reserved: 2 });
    await ship(shipped, warehouse);
    await ship(shipped, warehouse);
    await release(cancelled, warehouse);
    expect(stock.get(COFFEE)).toEqual({ quantity: 3, reserved: 0 });
    expect(types()).toEqual(['StockReserved']);
  });

  test('an order that cannot be had as a whole gets nothing', async () => {
    const { warehouse, stock, told } = house({
      [COFFEE]: { quantity: 5, reserved: 0 },
      'mug-white': { quantity: 1, reserved: 0 },
    });
    const { created, cancelled } = orderEvents([
      { product_id: COFFEE, quantity: 2 },
      { product_id: 'mug-white', quantity: 2 },
    ]);
    await reserve(created, warehouse);
    await release(cancelled, warehouse);
    expect(told).toMatchObject([{ event_type: 'StockRefused', reason: 'Of "mug-white" there are 1 left, not 2.' }]);
    expect([...stock.values()].map(({ reserved }) => reserved)).toEqual([0, 0]);
  });

  test('an order that names a product twice wants the sum', async () => {
    const twice = orderEvents([
      { product_id: COFFEE, quantity: 2 },
      { product_id: COFFEE, quantity: 2 },
    ]).created;
    const small = house({ [COFFEE]: { quantity: 3, reserved: 0 } });
    await reserve(twice, small.warehouse);
    expect(small.types()).toEqual(['StockRefused']);
    const large = house({ [COFFEE]: { quantity: 4, reserved: 0 } });
    await reserve(twice, large.warehouse);
    expect(large.stock.get(COFFEE)).toEqual({ quantity: 4, reserved: 4 });
  });

  test('a parcel that is announced before its order waits for it', async () => {
    const { warehouse } = house({ [COFFEE]: { quantity: 3, reserved: 0 } });
    await expect(ship(order(1).shipped, warehouse)).rejects.toThrow('nothing is reserved');
  });

  test('what is held is what orders hold that are neither cancelled nor shipped, however events come', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 5 }),
        fc.infiniteStream(fc.nat()),
        fc.integer({ min: 1, max: 30 }),
        async (quantities, chance, steps) => {
          const START = 8;
          const { warehouse, stock, types } = house({ [COFFEE]: { quantity: START, reserved: 0 } });
          const orders = quantities.map((quantity) => ({ quantity, seen: new Set<string>(), ...order(quantity) }));
          const next = (): number => chance.next().value;
          for (let step = 0; step < steps; step += 1) {
            const one = orders[next() % orders.length];
            if (one === undefined) continue;
            const isCreated = next() % 2 === 0;
            one.seen.add(isCreated ? 'created' : 'cancelled');
            if (isCreated) await reserve(one.created, warehouse);
            else await release(one.cancelled, warehouse);
          }
          for (const { seen, cancelled } of orders) if (seen.has('created')) await release(cancelled, warehouse);
          expect(stock.get(COFFEE)).toEqual({ quantity: START, reserved: 0 });
          const count = (type: string): number => types().filter((told) => told === type).length;
          expect(count('StockReleased')).toBe(count('StockReserved'));
        },
      ),
    );
  });
});
