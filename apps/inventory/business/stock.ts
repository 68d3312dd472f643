import type { NewEvent } from '../../shared/database/database.ts';
import type { EventNamed } from '../../shared/events/catalogue.ts';

/** Pieces of a product, as an order names them. */
export interface Item {
  readonly product_id: string;
  readonly quantity: number;
}

/** How many pieces of a product are in the house, and how many of them orders hold. */
export interface Stock {
  readonly quantity: number;
  readonly reserved: number;
}

/**
 * What became of an order's pieces. `reserved` may become `released` or `shipped`; the others stay. An order that was
 * cancelled before it got here is `released` from the start.
 */
export interface Reservation {
  readonly state: 'reserved' | 'refused' | 'released' | 'shipped';
  readonly items: readonly Item[];
}

/** The stock, inside the transaction of an event. */
export interface Warehouse {
  /** Keeps all others away from this order until the transaction ends. */
  readonly lockOrder: (orderId: string) => Promise<void>;
  /** The stock of these products, which nobody else changes until the transaction ends. Unknown ones are left out. */
  readonly lockStock: (products: readonly string[]) => Promise<ReadonlyMap<string, Stock>>;
  readonly setStock: (product: string, stock: Stock) => Promise<void>;
  readonly reservation: (orderId: string) => Promise<Reservation | undefined>;
  readonly setReservation: (orderId: string, reservation: Reservation) => Promise<void>;
  readonly emit: (event: NewEvent) => unknown;
}

/** One entry a product: an order that names a product twice wants the sum. */
export function together(items: readonly Item[]): Item[] {
  const pieces = new Map<string, number>();
  for (const { product_id, quantity } of items) pieces.set(product_id, (pieces.get(product_id) ?? 0) + quantity);
  return [...pieces].map(([product_id, quantity]) => ({ product_id, quantity }));
}

/** Why an order cannot be had; undefined when it can. */
export function shortage(items: readonly Item[], stock: ReadonlyMap<string, Stock>): string | undefined {
  for (const { product_id: product, quantity } of items) {
    const found = stock.get(product);
    if (found === undefined) return `There is no product "${product}".`;
    const available = found.quantity - found.reserved;
    if (available < quantity) return `Of "${product}" there are ${available} left, not ${quantity}.`;
  }
  return undefined;
}

/** Sets aside what was ordered, all of it or nothing. */
export async function reserve(
  { order_id, user_id, items: ordered }: EventNamed<'OrderCreated'>,
  warehouse: Warehouse,
): Promise<void> {
  await warehouse.lockOrder(order_id);
  if ((await warehouse.reservation(order_id)) !== undefined) return;
  const items = together(ordered);
  const ids = { subject_id: order_id, order_id, user_id };
  const stock = await warehouse.lockStock(items.map(({ product_id }) => product_id));
  const reason = shortage(items, stock);
  if (reason !== undefined) {
    await warehouse.setReservation(order_id, { state: 'refused', items: [] });
    warehouse.emit({ event_type: 'StockRefused', ...ids, reason });
    return;
  }
  await change(items, stock, warehouse, ({ quantity, reserved }, pieces) => ({
    quantity,
    reserved: reserved + pieces,
  }));
  await warehouse.setReservation(order_id, { state: 'reserved', items });
  warehouse.emit({ event_type: 'StockReserved', ...ids, items });
}

/** Puts back what a cancelled order holds. One that comes later gets nothing. */
export async function release(
  { order_id, user_id }: EventNamed<'OrderCancelled'>,
  warehouse: Warehouse,
): Promise<void> {
  await warehouse.lockOrder(order_id);
  const reservation = await warehouse.reservation(order_id);
  if (reservation === undefined) return warehouse.setReservation(order_id, { state: 'released', items: [] });
  if (reservation.state !== 'reserved') return;
  const { items } = reservation;
  const stock = await warehouse.lockStock(items.map(({ product_id }) => product_id));
  await change(items, stock, warehouse, ({ quantity, reserved }, pieces) => ({
    quantity,
    reserved: reserved - pieces,
  }));
  await warehouse.setReservation(order_id, { ...reservation, state: 'released' });
  warehouse.emit({ event_type: 'StockReleased', subject_id: order_id, order_id, user_id, items: [...items] });
}

/** What an order holds leaves the house. */
export async function ship({ order_id }: EventNamed<'OrderShipped'>, warehouse: Warehouse): Promise<void> {
  await warehouse.lockOrder(order_id);
  const reservation = await warehouse.reservation(order_id);
  // Nothing is shipped that was not reserved before: that event is still on its way, and this one comes again.
  if (reservation === undefined) throw new Error(`nothing is reserved for order ${order_id} yet`);
  if (reservation.state !== 'reserved') return;
  const stock = await warehouse.lockStock(reservation.items.map(({ product_id }) => product_id));
  await change(reservation.items, stock, warehouse, ({ quantity, reserved }, pieces) => ({
    quantity: quantity - pieces,
    reserved: reserved - pieces,
  }));
  await warehouse.setReservation(order_id, { ...reservation, state: 'shipped' });
}

async function change(
  items: readonly Item[],
  stock: ReadonlyMap<string, Stock>,
  warehouse: Warehouse,
  to: (stock: Stock, pieces: number) => Stock,
): Promise<void> {
  for (const { product_id: product, quantity } of items) {
    const found = stock.get(product);
    if (found === undefined) throw new Error(`product ${product} is reserved but not known`);
    await warehouse.setStock(product, to(found, quantity));
  }
}
