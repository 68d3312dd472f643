import { errors, jwtVerify } from 'jose';
import { Problem } from '../http/problem.ts';
import type { KeySet } from './key-set.ts';

/** Who asks. */
export interface Identity {
  readonly userId: string;
  readonly roles: readonly string[];
  /** The token itself, to pass it on to a service that is asked on the user's behalf. */
  readonly token: string;
}

/** @throws Problem 401 for a token that is not valid */
export type TokenVerifier = (token: string) => Promise<Identity>;

export interface TokenRules {
  readonly issuer: string;
  readonly audience: string;
  /** Public keys. They are given, not fetched: nothing has to be up for a token to be checked. */
  readonly keys: KeySet;
}

/** The one algorithm. A token cannot choose another, least of all `none`. */
export const ALGORITHM = 'ES256';

const MOST_REMEMBERED = 10_000;
const SUBJECT = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Checks signature, issuer, audience and times. A token that was valid is remembered until it expires or keys change. */
export function tokenVerifier({ issuer, audience, keys }: TokenRules, now: () => number = Date.now): TokenVerifier {
  const remembered = new Map<string, { readonly identity: Identity; readonly expiresAt: number }>();
  let rememberedBy = keys.keyOf;
  return async (token) => {
    const { keyOf } = keys;
    if (keyOf !== rememberedBy) remembered.clear();
    rememberedBy = keyOf;
    const known = remembered.get(token);
    if (known !== undefined && known.expiresAt > now()) return known.identity;
    remembered.delete(token);
    try {
      const { payload } = await jwtVerify(token, keyOf, {
        issuer,
        audience,
        algorithms: [ALGORITHM],
        requiredClaims: ['sub', 'exp'],
        currentDate: new Date(now()),
      });
      const { sub = '', exp = 0, roles } = payload;
      if (!SUBJECT.test(sub)) throw new errors.JWTClaimValidationFailed('no user', payload, 'sub');
      const identity = {
        userId: sub,
        roles: Array.isArray(roles) ? roles.filter((role) => typeof role === 'string') : [],
        token,
      };
      const oldest = remembered.keys().next().value;
      if (remembered.size >= MOST_REMEMBERED && oldest !== undefined) remembered.delete(oldest);
      // Keys may have changed while it was checked.
      if (keyOf === keys.keyOf) remembered.set(token, { identity, expiresAt: exp * 1_000 });
      return identity;
    } catch (error) {
      if (!(error instanceof errors.JOSEError)) throw error;
      throw new Problem(
        401,
        error instanceof errors.JWTExpired ? 'The token has expired.' : 'The token is not valid.',
        {
          type: 'token-invalid',
          cause: error,
        },
      );
    }
  };
}

/** The token of an Authorization header. @throws Problem 401 when there is something else in it */
export function bearerToken(header: string | undefined): string | undefined {
  if (header === undefined) return undefined;
  const token = /^Bearer +([\w-]+\.[\w-]+\.[\w-]+)$/i.exec(header)?.[1];
  if (token === undefined || token.length > 4_096)
    throw new Problem(401, 'The Authorization header holds no bearer token.', { type: 'token-invalid' });
  return token;
}
