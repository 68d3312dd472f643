import { Problem } from '../../shared/http/problem.ts';
import type { Identity } from '../../shared/security/token.ts';

/** What comes back when one asks whether a user may order. */
export type UserAnswer =
  | 'active'
  | 'inactive'
  /** There is no such user. */
  | 'unknown'
  /** The token is not good enough to ask. */
  | 'forbidden'
  | 'token refused'
  /** Nobody answers, or they say that they cannot now. */
  | 'away'
  | 'too slow'
  | 'nonsense';

/** Whom to ask: user-service, or the module beside this one. */
export interface UserDirectory {
  readonly statusOf: (userId: string, caller: Identity) => Promise<UserAnswer>;
}

/** Goes on for an active user only. @throws Problem for every other answer; no order is stored then */
export async function admit(users: UserDirectory, userId: string, caller: Identity): Promise<void> {
  switch (await users.statusOf(userId, caller)) {
    case 'active':
      return;
    case 'inactive':
      throw new Problem(409, 'This user is not active and may not order.', { type: 'user-inactive' });
    case 'unknown':
      throw new Problem(422, 'There is no such user.', { type: 'user-unknown' });
    case 'forbidden':
      throw new Problem(403, 'The token belongs to another user.', { type: 'not-yours' });
    case 'token refused':
      throw new Problem(401, 'The token is no longer valid.', { type: 'token-invalid' });
    case 'away':
      throw new Problem(503, 'Users cannot be looked up now. Try again in 1 second.');
    case 'too slow':
      throw new Problem(504, 'Looking up the user took too long.');
    case 'nonsense':
      throw new Problem(502, 'Looking up the user gave an answer that is none.');
  }
}
