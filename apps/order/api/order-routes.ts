import { readContract } from '../../shared/http/contract.ts';
import { Problem } from '../../shared/http/problem.ts';
import type { Page } from '../../shared/http/page.ts';
import { routes, type Routes } from '../../shared/http/routes.ts';
import type { Order } from '../business/order.ts';
import type { orders } from '../business/orders.ts';
import type { operations } from '../contract/openapi.d.ts';

const DELIVERY_DAYS = 3;

const shown = (order: Order) => ({
  order_id: order.orderId,
  user_id: order.userId,
  status: order.status,
  created_at: order.createdAt,
  items: order.items,
});

const shownPage = ({ items, ...next }: Page<Order>) => ({ orders: items.map(shown), ...next });

/**
 * The contract of order-service, kept by orders.
 * @param options.estimatesDelivery what version 2 adds to an order
 */
export function orderRoutes(
  commands: ReturnType<typeof orders>,
  { estimatesDelivery }: { readonly estimatesDelivery: boolean },
): Routes {
  const estimate = (order: Order): Record<string, string> =>
    estimatesDelivery ? { 'estimated-delivery': deliveryDate(order) } : {};
  return routes<operations>(readContract('order'), {
    createOrder: async ({ body, caller, idempotencyKey }) => {
      const order = await commands.create({ userId: body.user_id, items: body.items }, caller(), idempotencyKey);
      return {
        status: 201,
        body: shown(order),
        headers: { location: `/api/orders/${order.orderId}`, ...estimate(order) },
      };
    },
    getOrder: async ({ path, query, caller }) => {
      const order = await commands.show(path.order_id, caller(), timeOf(query.at));
      return { status: 200, body: shown(order), headers: estimate(order) };
    },
    listOrders: async ({ query: { user_id: userId, ...page }, caller }) => ({
      status: 200,
      body: shownPage(await commands.ofUser(userId, caller(), page)),
    }),
    cancelOrder: async ({ path, body, caller }) => ({
      status: 200,
      body: shown(await commands.cancel(path.order_id, body.reason, caller())),
    }),
    updateOrderStatus: async ({ path, body }) => ({
      status: 200,
      body: shown(await commands.updateStatus(path.order_id, body.status)),
    }),
    listOrdersForShipping: async ({ query }) => ({
      status: 200,
      body: shownPage(await commands.waitingForShipment(query)),
    }),
  });
}

function timeOf(text: string | undefined): Date | undefined {
  if (text === undefined) return undefined;
  const time = new Date(text);
  // A leap second is a date-time by RFC 3339, but none that JavaScript knows.
  if (Number.isNaN(time.getTime()))
    throw new Problem(400, 'This is no time.', {
      type: 'invalid-request',
      errors: [{ at: '/at', message: 'is no time' }],
    });
  return time;
}

const deliveryDate = ({ createdAt }: Order): string =>
  new Date(Date.parse(createdAt) + DELIVERY_DAYS * 24 * 3_600_000).toISOString().slice(0, 10);
