import { pino } from 'pino';
import { expect, test } from 'vitest';
import { orderRoutes } from '../../../apps/order/api/order-routes.ts';
import type { Order } from '../../../apps/order/business/order.ts';
import { orders } from '../../../apps/order/business/orders.ts';
import { createServer } from '../../../apps/shared/http/server.ts';
import { createMetrics } from '../../../apps/shared/runtime/metrics.ts';

const USER = '9b1d5c1e-2a77-4f0e-8a53-5d6f1c2e7b44';
const order: Order = {
  orderId: '3f0c8a4e-6f0b-4d55-9b61-0d6f2f4b8a10',
  userId: USER,
  status: 'created',
  items: [{ product_id: 'coffee-beans-1kg', quantity: 2 }],
  createdAt: '2026-05-04T09:30:00.000Z',
  isPaid: false,
  isReserved: false,
  version: 1,
};
const nothing = async () => undefined;
const none = async () => [];
const repository = {
  created: nothing,
  create: async () => order,
  change: nothing,
  find: async () => order,
  findAt: nothing,
  ofUser: none,
  waitingForShipment: none,
};

test.each([
  { version: 'v1', estimatesDelivery: false, says: undefined },
  { version: 'v2', estimatesDelivery: true, says: '2026-05-07' },
])('$version of order-service is known by what it says: $says', async ({ version, estimatesDelivery, says }) => {
  const app = createServer({
    version,
    log: pino({ level: 'silent' }),
    metrics: createMetrics(),
    verify: async (token) => ({ userId: USER, roles: [], token }),
    routes: [orderRoutes(orders(repository, { statusOf: async () => 'active' }), { estimatesDelivery })],
    checksAnswers: true,
  });
  const headers = { authorization: 'Bearer a.b.c' };
  const shown = await app.inject({ url: `/api/orders/${order.orderId}`, headers });
  const made = await app.inject({
    method: 'POST',
    url: '/api/orders',
    headers,
    payload: { user_id: USER, items: order.items },
  });
  await app.close();
  expect([shown.statusCode, made.statusCode]).toEqual([200, 201]);
  for (const answer of [shown, made])
    expect([answer.headers['x-service-version'], answer.headers['estimated-delivery']]).toEqual([version, says]);
  // What the two say of the order itself is the same: either may answer.
  expect(shown.json()).toEqual(made.json());
});
