// Generated from apps/user/contract/openapi.yaml by `npx tsx scripts/dev/import-contracts.ts`; do not edit.
import type { HttpContract } from '../../model/contract.ts';

/** What user-service answers. */
export const userService = {
  protocol: 'http',
  name: 'user-service',
  basePath: '/api',
  operations: {
    /** Activate a user again */
    activateUser: { method: 'PUT', path: '/users/{user_id}/activation', security: 'user' },
    /** Change the email address of a user */
    changeEmail: { method: 'PUT', path: '/users/{user_id}/email', security: 'user' },
    /** Get a token for a user */
    createToken: { method: 'POST', path: '/tokens', security: 'none' },
    /** Deactivate a user */
    deactivateUser: { method: 'DELETE', path: '/users/{user_id}/activation', security: 'user' },
    /** Show a user */
    getUser: { method: 'GET', path: '/users/{user_id}', security: 'user' },
    /** Register a user */
    registerUser: { method: 'POST', path: '/users', security: 'none', idempotencyKey: true },
  },
} as const satisfies HttpContract;
