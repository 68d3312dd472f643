import { inventory } from '../inventory/module.ts';
import { notifications, type Mailer } from '../notification/module.ts';
import { orders } from '../order/module.ts';
import { demoBank, payments } from '../payment/module.ts';
import type { Module, World } from '../shared/module.ts';
import { users as userModule, type TokenSigner } from '../user/module.ts';

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
