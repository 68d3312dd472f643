import { inventory } from '../inventory/module.ts';
import type { Mailer } from '../notification/business/mail.ts';
import { notifications } from '../notification/module.ts';
import { orders } from '../order/module.ts';
import { demoBank } from '../payment/business/bank.ts';
import { payments } from '../payment/module.ts';
import type { Module, World } from '../shared/module.ts';
import type { TokenSigner } from '../user/business/accounts.ts';
import { users as userModule } from '../user/module.ts';

/** The modules of the shop in one process: where a service asks another one, a module asks the one beside it. */
export function shopModules(world: World & { readonly sign: TokenSigner; readonly mailer: Mailer }): readonly Module[] {
  const users = userModule(world);
  return [
    users,
    orders({
      ...world,
      users: { statusOf: async (userId) => (await users.find(userId))?.status ?? 'unknown' },
      estimatesDelivery: true,
    }),
    payments({ ...world, bank: demoBank }),
    inventory(world),
    notifications(world),
  ];
}
