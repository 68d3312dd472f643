import { createLocalJWKSet, type JSONWebKeySet, type JWTVerifyGetKey } from 'jose';

/** Public keys by which tokens are checked. They may change while that goes on. */
export interface KeySet {
  /** The key that a token names. */
  readonly keyOf: JWTVerifyGetKey;
  /**
   * Whether a token of this key, made at this time (seconds since 1970), is taken: of a key that is not among the present
   * ones any more, only what it signed before it went.
   */
  readonly takes: (kid: string | undefined, issuedAt: number | undefined) => boolean;
  /** Puts others in their place. @returns the ids of those that came and of those that went */
  readonly replace: (keys: JSONWebKeySet) => { readonly added: readonly string[]; readonly retired: readonly string[] };
}

/** No token lives longer: TOKEN_SECONDS is a day at most. */
const LONGEST_TOKEN_MS = 86_400_000;

/** Keys that are given. One that is taken away later still checks the tokens that it has signed, until the last has expired. */
export function keySet(given: JSONWebKeySet, now: () => number = Date.now): KeySet {
  let present = given;
  let retired: readonly { readonly key: JSONWebKeySet['keys'][number]; readonly atMs: number }[] = [];
  let keyOf = createLocalJWKSet(present);
  const isPresent = (kid: string | undefined): boolean => present.keys.some((key) => key.kid === kid);
  return {
    keyOf: (header, token) => keyOf(header, token),
    takes: (kid, issuedAt) => {
      if (isPresent(kid) || kid === undefined) return true;
      const gone = retired.find(({ key }) => key.kid === kid);
      return gone !== undefined && issuedAt !== undefined && issuedAt * 1_000 <= gone.atMs;
    },
    replace: (next) => {
      const before = present;
      present = next;
      const atMs = now();
      const added = next.keys.filter(({ kid }) => !before.keys.some((key) => key.kid === kid));
      const went = before.keys.filter(({ kid }) => !isPresent(kid));
      retired = [...retired, ...went.map((key) => ({ key, atMs }))].filter(
        (one) => !isPresent(one.key.kid) && one.atMs > atMs - LONGEST_TOKEN_MS,
      );
      keyOf = createLocalJWKSet({ keys: [...next.keys, ...retired.map(({ key }) => key)] });
      const ids = (keys: JSONWebKeySet['keys']): readonly string[] => keys.map(({ kid = '' }) => kid);
      return { added: ids(added), retired: ids(went) };
    },
  };
}
