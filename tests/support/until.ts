import { setTimeout as sleep } from 'node:timers/promises';

/** How long to wait, how often to look, and what to say when it was in vain. */
export interface Patience {
  readonly timeoutMs: number;
  /** @default 50 */
  readonly everyMs?: number;
  /** Joined to the message. */
  readonly details?: () => string;
}

/** Waits until something is true.
 * @throws Error when it is not in time */
export const until = async (
  what: string,
  { timeoutMs, everyMs = 50, details = () => '' }: Patience,
  isTrue: () => Promise<boolean> | boolean,
): Promise<void> => {
  const end = performance.now() + timeoutMs;
  while (!(await isTrue())) {
    if (performance.now() > end) throw new Error(`not true after ${timeoutMs / 1000} s: ${what}\n${details()}`);
    await sleep(everyMs);
  }
};
