import { readContract } from '../../shared/http/contract.ts';
import { routes, type Routes } from '../../shared/http/routes.ts';
import { listPayments, showPayment, type Payment, type PaymentView } from '../business/payments.ts';
import type { operations } from '../contract/openapi.d.ts';

const shown = ({ paymentId, orderId, userId, status, amount, createdAt }: Payment) => ({
  payment_id: paymentId,
  order_id: orderId,
  user_id: userId,
  status,
  amount,
  created_at: createdAt.toISOString(),
});

/** The contract of payment-service. */
export const paymentRoutes = (view: PaymentView): Routes =>
  routes<operations>(readContract('payment'), {
    getPayment: async ({ path, caller }) => ({
      status: 200,
      body: shown(await showPayment(view, path.payment_id, caller())),
    }),
    listPayments: async ({ query: { order_id: orderId, ...page }, caller }) => {
      const { items, ...next } = await listPayments(view, { orderId, ...page }, caller());
      return { status: 200, body: { payments: items.map(shown), ...next } };
    },
  });
