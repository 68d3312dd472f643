import { priceList } from '../../../apps/inventory/contract/price-list.ts';
import { query, type Database } from '../../support/postgres.ts';
import { MODULES, type ModuleName } from '../shop.ts';
import type { PlacedOrder } from './customers.ts';

interface OrderRow {
  readonly order_id: string;
  readonly status: string;
  readonly version: number;
}

interface PaymentRow {
  readonly order_id: string;
  readonly status: string;
  readonly minor_units: string;
}

interface ReservationRow {
  readonly order_id: string;
  readonly state: string;
  readonly items: readonly { readonly product_id: string; readonly quantity: number }[];
}

interface ProductRow {
  readonly product_id: string;
  readonly quantity: number;
  readonly reserved: number;
}

/** How many events wait to leave, and how many were put aside, in all modules. */
export const unfinished = async (
  databases: Readonly<Record<ModuleName, Database>>,
): Promise<Readonly<Record<'waiting' | 'parked' | 'untold' | 'open', number>>> => {
  const count = async (module: ModuleName, what: string): Promise<number> =>
    Number((await query<{ count: string }>(databases[module], `SELECT count(*) FROM ${module}.${what}`))[0]?.count);
  const total = async (what: string): Promise<number> =>
    (await Promise.all(MODULES.map((module) => count(module, what)))).reduce((sum, one) => sum + one, 0);
  return {
    waiting: await total('outbox'),
    parked: await total('parked'),
    untold: await count('notifications', `notifications WHERE status = 'queued'`),
    open: await count('orders', `orders_read_model WHERE status = 'created'`),
  };
};

/**
 * Compares the books of all services with each other and with what customers were told, and says what does not add up.
 * Nothing is lost and nothing done twice when it says nothing.
 */
export const auditBooks = async (
  databases: Readonly<Record<ModuleName, Database>>,
  placed: readonly PlacedOrder[],
  firstStock: Readonly<Record<string, number>>,
): Promise<{ readonly faults: readonly string[]; readonly counts: Readonly<Record<string, number>> }> => {
  const faults: string[] = [];
  const counts: Record<string, number> = {};
  const expect = (isTrue: boolean, fault: string): void => {
    if (!isTrue) faults.push(fault);
  };
  const [orders, payments, reservations, products, told, histories] = await Promise.all([
    query<OrderRow>(databases.orders, 'SELECT order_id, status, version FROM orders.orders_read_model'),
    query<PaymentRow>(databases.payments, 'SELECT order_id, status, minor_units FROM payments.payments'),
    query<ReservationRow>(databases.inventory, 'SELECT order_id, state, items FROM inventory.reservations'),
    query<ProductRow>(databases.inventory, 'SELECT product_id, quantity, reserved FROM inventory.products'),
    query<{ order_id: string; kind: string; count: string }>(
      databases.notifications,
      `SELECT order_id, kind, count(*) FROM notifications.notifications WHERE order_id IS NOT NULL GROUP BY 1, 2`,
    ),
    query<{ subject_id: string; types: readonly string[]; versions: readonly number[] }>(
      databases.orders,
      `SELECT subject_id, array_agg(event_type ORDER BY subject_version) types,
              array_agg(subject_version ORDER BY subject_version) versions FROM orders.events GROUP BY 1`,
    ),
  ]);
  const byOrder = <Row extends { readonly order_id: string }>(
    rows: readonly Row[],
    what: string,
  ): ReadonlyMap<string, Row> => {
    const map = new Map(rows.map((row) => [row.order_id, row]));
    expect(map.size === rows.length, `${what}: ${rows.length - map.size} orders have more than one`);
    return map;
  };
  const orderOf = byOrder(orders, 'orders');
  const paymentOf = byOrder(payments, 'payments');
  const reservationOf = byOrder(reservations, 'reservations');
  const historyOf = new Map(histories.map((history) => [history.subject_id, history]));
  const toldOf = new Map(told.map(({ order_id: id, kind, count }) => [`${id} ${kind}`, Number(count)]));

  // One order a request that was answered, and none besides.
  expect(
    new Set(placed.map(({ orderId }) => orderId)).size === placed.length,
    'two requests were answered with one order',
  );
  expect(orders.length === placed.length, `${placed.length} orders were placed, and there are ${orders.length}`);

  let owed = 0;
  const held = new Map<string, number>();
  for (const { orderId, productId, quantity, isCancelledByUser } of placed) {
    const order = orderOf.get(orderId);
    const payment = paymentOf.get(orderId)?.status ?? 'none';
    const reservation = reservationOf.get(orderId);
    const state = `${order?.status} ${payment} ${reservation?.state}`;
    counts[state] = (counts[state] ?? 0) + 1;
    const history = historyOf.get(orderId);
    expect(
      history?.versions.every((version, index) => version === index + 1) === true &&
        history.versions.length === order?.version,
      `${orderId}: its events are ${history?.versions.join()}, its view is at ${order?.version}`,
    );
    expect(
      history?.types.filter((type) => type === 'OrderCreated').length === 1 &&
        history.types.filter((type) => type === 'OrderCancelled').length === (order?.status === 'cancelled' ? 1 : 0),
      `${orderId}: its history is ${history?.types.join()}`,
    );
    const price = priceList[productId as keyof typeof priceList].price.minor_units * quantity; // the wares are of it
    switch (order?.status) {
      case 'pending':
        expect(!isCancelledByUser, `${orderId} was cancelled and is pending`);
        expect(payment === 'processed' && reservation?.state === 'reserved', `${orderId} is ${state}`);
        expect(Number(paymentOf.get(orderId)?.minor_units) === price, `${orderId} does not cost ${price}`);
        owed += price;
        held.set(productId, (held.get(productId) ?? 0) + quantity);
        break;
      case 'cancelled':
        expect(payment !== 'processed' && reservation?.state !== 'reserved', `${orderId} is ${state}`);
        expect(
          isCancelledByUser || payment === 'refused' || reservation?.state === 'refused',
          `${orderId} was cancelled by nobody: ${state}`,
        );
        break;
      default:
        faults.push(`${orderId} is ${order?.status ?? 'lost'}`);
    }
    const confirmed = toldOf.get(`${orderId} order_confirmed`) ?? 0;
    const regretted = toldOf.get(`${orderId} order_cancelled`) ?? 0;
    expect(
      confirmed <= 1 && regretted === (order?.status === 'cancelled' ? 1 : 0),
      `${orderId}: told ${confirmed} + ${regretted} times`,
    );
    expect(confirmed === 1 || order?.status === 'cancelled', `${orderId} was never confirmed`);
  }
  const paid = payments
    .filter(({ status }) => status === 'processed')
    .reduce((sum, row) => sum + Number(row.minor_units), 0);
  expect(paid === owed, `paid ${paid}, owed ${owed}`);
  for (const { product_id: id, quantity, reserved } of products) {
    expect(quantity === (firstStock[id] ?? quantity), `there were ${firstStock[id]} of ${id}, now ${quantity}`);
    expect(reserved === (held.get(id) ?? 0), `${reserved} of ${id} are reserved, orders hold ${held.get(id) ?? 0}`);
    expect(reserved <= quantity, `more of ${id} is reserved than there is`);
  }
  return { faults, counts };
};
