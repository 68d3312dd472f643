import { readContract } from '../../shared/http/contract.ts';
import { Problem } from '../../shared/http/problem.ts';
import { routes, type Routes } from '../../shared/http/routes.ts';
import type { Order } from '../business/order.ts';
import type { orders, Page } from '../business/orders.ts';
import type { operations } from '../contract/openapi.d.ts';

const DELIVERY_DAYS = 3;

/**
 * The contract of order-service, kept by orders.
 * @param options.estimatesDelivery what version 2 adds to an order
 */
export function orderRoutes(
  commands: ReturnType<typeof orders>,
  { estimatesDelivery }: { readonly estimatesDelivery: boolean },
): Routes {
  const shown = (order: Order) => ({
    order_id: order.orderId,
    user_id: order.userId,
    status: order.status,
    created_at: order.createdAt,
    items: order.items,
    ...(estimatesDelivery && { estimated_delivery: deliveryDate(order) }),
  });
  const shownPage = ({ orders, nextCursor }: Page) => ({
    orders: orders.map(shown),
    ...(nextCursor !== undefined && { next_cursor: nextCursor }),
  });
  return routes<operations>(readContract('order'), {
    createOrder: async ({ body, caller, idempotencyKey }) => {
      const order = await commands.create({ userId: body.user_id, items: body.items }, caller(), idempotencyKey);
      return { status: 201, body: shown(order), headers: { location: `/api/orders/${order.orderId}` } };
    },
    getOrder: async ({ path, query, caller }) => ({
      status: 200,
      body: shown(await commands.show(path.order_id, caller(), timeOf(query.at))),
    }),
    listOrders: async ({ query: { user_id: userId, limit = 20, cursor }, caller }) => ({
      status: 200,
      body: shownPage(await commands.ofUser(userId, caller(), { limit, cursor })),
    }),
    cancelOrder: async ({ path, body, caller }) => ({
      status: 200,
      body: shown(await commands.cancel(path.order_id, body.reason, caller())),
    }),
    updateOrderStatus: async ({ path, body }) => ({
      status: 200,
      body: shown(await commands.updateStatus(path.order_id, body.status)),
    }),
    listOrdersForShipping: async ({ query: { limit = 20, cursor } }) => ({
      status: 200,
      body: shownPage(await commands.waitingForShipment({ limit, cursor })),
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
