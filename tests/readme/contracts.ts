import type { HttpContract } from 'weftmesh';

export const userService = {
  protocol: 'http',
  name: 'user-service',
  basePath: '/api',
  operations: {
    getUser: { method: 'GET', path: '/users/{user_id}' },
    registerUser: { method: 'POST', path: '/users' },
  },
} as const satisfies HttpContract;

export const orderService = {
  protocol: 'http',
  name: 'order-service',
  basePath: '/api',
  operations: {
    createOrder: { method: 'POST', path: '/orders' },
    getOrder: { method: 'GET', path: '/orders/{order_id}' },
  },
} as const satisfies HttpContract;
