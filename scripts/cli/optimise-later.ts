import { setFlagsFromString } from 'node:v8';

/** Flags by the major version of V8; whatever V8 does not know it complains of on stderr. */
const FLAGS: ReadonlyMap<string, string> = new Map([
  ['11', '--interrupt-budget=1000000'], // Node 20, by itself: 67,584
  ['12', '--invocation-count-for-turbofan=10000'], // Node 22, by itself: 3,000
]);

/** The flag that makes a version of V8 wait longer before it optimises a function; undefined where nothing is won. */
export const laterOptimisation = (v8: string): string | undefined => FLAGS.get(v8.split('.')[0] ?? '');

/**
 * Makes V8 wait longer before it optimises a function: a command is over before most of its optimised code has earned
 * what making it took, and judging 1,000 services is sooner done, too. See docs/adr/0015.
 *
 * To be called before compiled code is taken from a cache, and after Node has loaded its own: both are kept by flags.
 */
export function optimiseLater(): void {
  const flag = laterOptimisation(process.versions.v8);
  if (flag !== undefined) setFlagsFromString(flag);
}
