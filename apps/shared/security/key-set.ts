import { createLocalJWKSet, type JSONWebKeySet, type JWTVerifyGetKey } from 'jose';

/** Public keys by which tokens are checked. They may change while that goes on. */
export interface KeySet {
  /** The key that a token names. Another function after each change. */
  readonly keyOf: JWTVerifyGetKey;
  /** Puts others in their place. @returns the ids of those that came and of those that went */
  readonly replace: (keys: JSONWebKeySet) => { readonly added: readonly string[]; readonly removed: readonly string[] };
}

/** Keys that are given. One that is taken away is gone at once, with all that it signed: it may have been stolen. */
export function keySet(given: JSONWebKeySet): KeySet {
  let present = given;
  let keyOf = createLocalJWKSet(present);
  return {
    get keyOf() {
      return keyOf;
    },
    replace: (next) => {
      const [old, young] = [namesOf(present), namesOf(next)];
      if (JSON.stringify(next) !== JSON.stringify(present)) {
        present = next;
        keyOf = createLocalJWKSet(next);
      }
      return { added: young.filter((kid) => !old.includes(kid)), removed: old.filter((kid) => !young.includes(kid)) };
    },
  };
}

const namesOf = ({ keys }: JSONWebKeySet): readonly string[] => keys.map(({ kid = '' }) => kid);
