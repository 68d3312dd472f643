import { setTimeout as sleep } from 'node:timers/promises';
import type { Worker } from '../module.ts';
import type { Log } from './log.ts';

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 5_000;
/** After working this long without a failure, the next one is the first again. */
const CALM_MS = 10_000;

/** Keeps workers at work until the signal: one that fails starts again, after a pause that grows. */
export async function supervise(workers: readonly Worker[], log: Log, signal: AbortSignal): Promise<void> {
  const keep = async ({ name, run }: Worker): Promise<void> => {
    let pause = FIRST_PAUSE_MS;
    while (!signal.aborted) {
      const startedAt = Date.now();
      try {
        await run(signal);
      } catch (error) {
        if (signal.aborted) return;
        log.warn({ worker: name, err: error, again_in_ms: pause }, 'a worker failed');
        if (Date.now() - startedAt > CALM_MS) pause = FIRST_PAUSE_MS;
        await pauseFor(pause, signal);
        pause = Math.min(2 * pause, LONGEST_PAUSE_MS);
      }
    }
  };
  await Promise.all(workers.map(keep));
}

/** Waits, but not when there is nothing more to wait for. */
export const pauseFor = (ms: number, signal: AbortSignal): Promise<void> =>
  sleep(ms, undefined, { signal }).catch(() => undefined); // it only fails when it is told to stop
