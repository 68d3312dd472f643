import type { Module, World } from '../shared/module.ts';
import { userRoutes } from './api/user-routes.ts';
import { accounts, type TokenSigner } from './business/accounts.ts';
import type { User } from './business/user.ts';
import { userMigrations, userRepository, type UserTables } from './persistence/user-repository.ts';

/** The users, and how another module in the same process asks for one. */
export interface Users extends Module {
  readonly find: (userId: string) => Promise<User | undefined>;
}

/** Knows the users and issues their tokens. */
export function users({ database, sign }: Pick<World, 'database'> & { readonly sign: TokenSigner }): Users {
  const store = database.store<UserTables>('users');
  const users = accounts(userRepository(store), sign);
  return {
    name: 'users',
    store,
    migrations: userMigrations,
    routes: [userRoutes(users)],
    subscriptions: [],
    workers: [],
    find: users.find,
  };
}

export type { TokenSigner } from './business/accounts.ts';
