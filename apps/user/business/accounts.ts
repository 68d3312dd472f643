import type { KeyedRequest } from '../../shared/http/idempotency.ts';
import { Problem } from '../../shared/http/problem.ts';
import type { Identity } from '../../shared/security/token.ts';
import { hashPassword, isPassword } from './password.ts';
import type { User, UserCommand } from './user.ts';

/** Where users are kept. */
export interface UserRepository {
  readonly find: (userId: string) => Promise<User | undefined>;
  readonly findByEmail: (
    email: string,
  ) => Promise<{ readonly user: User; readonly passwordHash: string; readonly roles: readonly string[] } | undefined>;
  /** @throws Problem 409 when somebody has the address */
  readonly register: (
    registration: { readonly email: string; readonly name: string; readonly passwordHash: string },
    key: KeyedRequest | undefined,
  ) => Promise<User>;
  /** The user afterwards; undefined when there is none. @throws Problem 409 when somebody has the address */
  readonly change: (userId: string, command: UserCommand) => Promise<User | undefined>;
}

/** Makes a token for a user. */
export type TokenSigner = (claims: {
  readonly userId: string;
  readonly roles: readonly string[];
}) => Promise<{ readonly token: string; readonly expiresInSeconds: number }>;

const unknown = (): Problem => new Problem(404, 'There is no such user.', { type: 'not-found' });

/** What can be done with accounts, and who may do it. */
export function accounts(users: UserRepository, sign: TokenSigner) {
  const seen = (user: User | undefined): User => {
    if (user === undefined) throw unknown();
    return user;
  };
  return {
    register: async (
      { email, name, password }: { readonly email: string; readonly name: string; readonly password: string },
      key: KeyedRequest | undefined,
    ): Promise<User> => users.register({ email, name, passwordHash: await hashPassword(password) }, key),

    token: async ({ email, password }: { readonly email: string; readonly password: string }) => {
      const found = await users.findByEmail(email);
      if (!(await isPassword(password, found?.passwordHash)) || found === undefined)
        throw new Problem(401, 'The address or the password is wrong.', { type: 'credentials-wrong' });
      if (found.user.status !== 'active') throw new Problem(403, 'This user is not active.', { type: 'user-inactive' });
      return sign({ userId: found.user.userId, roles: found.roles });
    },

    show: async (userId: string, caller: Identity): Promise<User> => {
      own(userId, caller);
      return seen(await users.find(userId));
    },
    /** For modules in the same process, which ask for themselves. */
    find: users.find,

    change: async (userId: string, command: UserCommand, caller: Identity): Promise<User> => {
      // The contract has asked for the role already where it must be staff.
      if (command.kind !== 'activate') own(userId, caller);
      return seen(await users.change(userId, command));
    },
  };
}

function own(userId: string, { userId: caller }: Identity): void {
  if (caller !== userId) throw new Problem(403, 'The token belongs to another user.', { type: 'not-yours' });
}
