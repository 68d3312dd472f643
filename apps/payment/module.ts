import { subscription } from '../shared/events/inbox.ts';
import type { Module, World } from '../shared/module.ts';
import { paymentRoutes } from './api/payment-routes.ts';
import type { Bank } from './business/bank.ts';
import { giveBack, pay } from './business/payments.ts';
import { paymentLedger, paymentMigrations, paymentView, type PaymentTables } from './persistence/payment-tables.ts';

/** Takes the money for orders, and gives it back for those that are cancelled. */
export function payments({
  database,
  clock,
  bank,
}: Pick<World, 'database' | 'clock'> & { readonly bank: Bank }): Module {
  const store = database.store<PaymentTables>('payments');
  return {
    name: 'payments',
    store,
    migrations: paymentMigrations,
    routes: [paymentRoutes(paymentView(store.db))],
    subscriptions: [
      subscription(store, 'payment_service_queue', {
        OrderCreated: (event, unit) => pay(event, paymentLedger(unit), { bank, now: clock() }),
        OrderCancelled: (event, unit) => giveBack(event, paymentLedger(unit), { bank }),
      }),
    ],
    workers: [],
  };
}

export { demoBank } from './business/bank.ts';
