// Generated from apps/order/contract/openapi.yaml by `npx tsx scripts/dev/import-contracts.ts`; do not edit.
import type { HttpContract } from '../../model/contract.ts';

/** What order-service answers. */
export const orderService = {
  protocol: 'http',
  name: 'order-service',
  basePath: '/api',
  operations: {
    /** Cancel an order */
    cancelOrder: { method: 'PUT', path: '/orders/{order_id}/cancellation', security: 'user' },
    /** Place an order */
    createOrder: { method: 'POST', path: '/orders', security: 'user', idempotencyKey: true },
    /** Show an order, now or as it was */
    getOrder: { method: 'GET', path: '/orders/{order_id}', security: 'user' },
    /** List the orders of a user */
    listOrders: { method: 'GET', path: '/orders', security: 'user' },
    /** List the orders that wait for shipment */
    listOrdersForShipping: { method: 'GET', path: '/shipping/orders', security: 'user' },
    /** Say that an order is shipped or delivered */
    updateOrderStatus: { method: 'PUT', path: '/orders/{order_id}/status', security: 'user' },
  },
} as const satisfies HttpContract;
