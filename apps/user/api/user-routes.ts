import { readContract } from '../../shared/http/contract.ts';
import { routes, type Routes } from '../../shared/http/routes.ts';
import type { accounts } from '../business/accounts.ts';
import type { User } from '../business/user.ts';
import type { operations } from '../contract/openapi.d.ts';

const shown = ({ userId, email, name, status, createdAt }: User) => ({
  user_id: userId,
  email,
  name,
  status,
  created_at: createdAt,
});

/** The contract of user-service, kept by accounts. */
export const userRoutes = (users: ReturnType<typeof accounts>): Routes =>
  routes<operations>(readContract('user'), {
    registerUser: async ({ body, idempotencyKey: key }) => {
      // The answer is remembered, the password never: of it the fingerprint knows nothing.
      const { email, name } = body;
      const keyed = key === undefined ? undefined : { scope: 'registerUser', key, body: { email, name } };
      const user = await users.register(body, keyed);
      return { status: 201, body: shown(user), headers: { location: `/api/users/${user.userId}` } };
    },
    createToken: async ({ body }) => {
      const { token, expiresInSeconds } = await users.token(body);
      return {
        status: 201,
        body: { access_token: token, token_type: 'Bearer', expires_in: expiresInSeconds },
        headers: { 'cache-control': 'no-store' },
      };
    },
    getUser: async ({ path, caller }) => ({ status: 200, body: shown(await users.show(path.user_id, caller())) }),
    changeEmail: async ({ path, body, caller }) => ({
      status: 200,
      body: shown(await users.change(path.user_id, { kind: 'change email', email: body.email }, caller())),
    }),
    activateUser: async ({ path, caller }) => ({
      status: 200,
      body: shown(await users.change(path.user_id, { kind: 'activate' }, caller())),
    }),
    deactivateUser: async ({ path, caller }) => ({
      status: 200,
      body: shown(await users.change(path.user_id, { kind: 'deactivate' }, caller())),
    }),
  });
