// Generated from contracts/orders.openapi.yaml by `npx weft contract contracts/orders.openapi.yaml`; do not edit.
import type { HttpContract } from 'weftmesh';

/** What orders answers. */
export const orders = {
  protocol: 'http',
  name: 'orders',
  basePath: '/api',
  operations: {
    /** Place an order */
    createOrder: { method: 'POST', path: '/orders', security: 'none', idempotencyKey: true },
    /** Show an order */
    getOrder: { method: 'GET', path: '/orders/{order_id}', security: 'none' },
    /** List the orders */
    listOrders: { method: 'GET', path: '/orders', security: 'none' },
  },
} as const satisfies HttpContract;
