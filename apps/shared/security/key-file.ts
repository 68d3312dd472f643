import { importJWK, type JSONWebKeySet } from 'jose';
import type { Worker } from '../module.ts';
import { ConfigError } from '../runtime/config.ts';
import type { Log } from '../runtime/log.ts';
import { pauseFor } from '../runtime/supervise.ts';
import type { KeySet } from './key-set.ts';
import { ALGORITHM } from './token.ts';

/** Kubernetes itself takes a minute until a mounted file has changed. */
const EVERY_MS = 10_000;

/**
 * Looks again and again whether the file with the keys of tokens has changed, and takes what is in it. A file that is
 * wrong is said once, and changes nothing.
 * @param read the file, with all that is asked of it. Throws ConfigError
 */
export const keyFile = (options: {
  readonly read: () => JSONWebKeySet;
  readonly keys: KeySet;
  readonly log: Log;
  readonly everyMs?: number;
}): Worker => ({
  name: 'the file with the keys of tokens',
  run: async (signal) => {
    const { read, keys, log, everyMs = EVERY_MS } = options;
    let said: string | undefined;
    while (!signal.aborted) {
      try {
        const next = await usable(read());
        const { added, removed } = keys.replace(next);
        if (added.length > 0 || removed.length > 0) log.info({ added, removed }, 'the keys of tokens have changed');
        said = undefined;
      } catch (error) {
        if (!(error instanceof ConfigError)) throw error;
        if (error.message !== said)
          log.error({ problems: error.problems }, 'the file with the keys of tokens is wrong: those before it stay');
        said = error.message;
      }
      await pauseFor(everyMs, signal);
    }
  },
});

/** Keys that a token can be checked by: a point that is not on the curve is found here, and not with the first token. */
async function usable(keys: JSONWebKeySet): Promise<JSONWebKeySet> {
  const problems = await Promise.all(
    keys.keys.map(async (key) =>
      importJWK(key, ALGORITHM).then(
        () => [],
        () => [`JWT_KEYS: the key ${key.kid ?? 'without kid'} is none`],
      ),
    ),
  );
  if (problems.flat().length > 0) throw new ConfigError(problems.flat());
  return keys;
}
