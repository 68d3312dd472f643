// Generated from apps/payment/contract/openapi.yaml by `npx tsx scripts/dev/import-contracts.ts`; do not edit.
import type { HttpContract } from '../../model/contract.ts';

/** What payment-service answers. */
export const paymentService = {
  protocol: 'http',
  name: 'payment-service',
  basePath: '/api',
  operations: {
    /** Show a payment */
    getPayment: { method: 'GET', path: '/payments/{payment_id}', security: 'user' },
    /** List the payments of an order */
    listPayments: { method: 'GET', path: '/payments', security: 'user' },
  },
} as const satisfies HttpContract;
