// Generated from apps/gateway/contract/openapi.yaml by `npx tsx scripts/dev/import-contracts.ts`; do not edit.
import type { HttpContract } from '../../model/contract.ts';

/** What api-gateway answers. */
export const apiGateway = {
  protocol: 'http',
  name: 'api-gateway',
  basePath: '/api',
  operations: {
    /** Cancel an order */
    cancelOrder: { method: 'PUT', path: '/orders/{order_id}/cancellation', security: 'user' },
    /** Change the email address of a user */
    changeEmail: { method: 'PUT', path: '/users/{user_id}/email', security: 'user' },
    /** Place an order */
    createOrder: { method: 'POST', path: '/orders', security: 'user', idempotencyKey: true },
    /** Get a token for a user */
    createToken: { method: 'POST', path: '/tokens', security: 'none' },
    /** Deactivate a user */
    deactivateUser: { method: 'DELETE', path: '/users/{user_id}/activation', security: 'user' },
    /** Show an order, now or as it was */
    getOrder: { method: 'GET', path: '/orders/{order_id}', security: 'user' },
    /** Show a payment */
    getPayment: { method: 'GET', path: '/payments/{payment_id}', security: 'user' },
    /** Show a product */
    getProduct: { method: 'GET', path: '/products/{product_id}', security: 'none' },
    /** Show a user */
    getUser: { method: 'GET', path: '/users/{user_id}', security: 'user' },
    /** List the notifications of a user */
    listNotifications: { method: 'GET', path: '/notifications', security: 'user' },
    /** List the orders of a user */
    listOrders: { method: 'GET', path: '/orders', security: 'user' },
    /** List the payments of an order */
    listPayments: { method: 'GET', path: '/payments', security: 'user' },
    /** List the products */
    listProducts: { method: 'GET', path: '/products', security: 'none' },
    /** Register a user */
    registerUser: { method: 'POST', path: '/users', security: 'none', idempotencyKey: true },
  },
} as const satisfies HttpContract;
