import type { Clock } from '../../charts-src/canary/ports/clock.ts';

/** A clock that stands still until all that runs waits for it; then it goes to where the first one wakes. */
export interface FakeClock extends Clock {
  /** Lets time pass until a promise is settled. Fails when nothing waits for the clock and the promise is still open. */
  until<T>(promise: Promise<T>): Promise<T>;
  /** Lets so much time pass. */
  pass(ms: number): Promise<void>;
  /** Moves the time of day alone, as somebody who sets a clock does. */
  jump(ms: number): void;
}

const START_MS = Date.UTC(2026, 0, 1);

export function fakeClock(): FakeClock {
  let nowMs = 0;
  let jumpedMs = 0;
  let order = 0;
  const sleepers = new Map<number, { readonly untilMs: number; readonly wake: () => void }>();

  /** All that can go on without the clock has done so. */
  const idle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

  /** Wakes whoever wakes first, but nobody later than this. */
  const tick = (limitMs: number): boolean => {
    let first: number | undefined;
    let firstMs = limitMs;
    for (const [id, { untilMs }] of sleepers)
      if (untilMs < firstMs || (first === undefined && untilMs === firstMs)) [first, firstMs] = [id, untilMs];
    if (first === undefined) return false;
    nowMs = Math.max(nowMs, firstMs);
    sleepers.get(first)?.wake();
    return true;
  };

  return {
    monotonicMs: () => nowMs,
    wallTime: () => new Date(START_MS + nowMs + jumpedMs).toISOString(),
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        if (signal.aborted) return resolve();
        const id = order++;
        const wake = (): void => {
          sleepers.delete(id);
          signal.removeEventListener('abort', wake);
          resolve();
        };
        sleepers.set(id, { untilMs: nowMs + ms, wake });
        signal.addEventListener('abort', wake, { once: true });
      }),
    until: async (promise) => {
      let isOpen = true;
      const settled = promise.finally(() => {
        isOpen = false;
      });
      settled.catch(() => undefined); // it is awaited below
      for (;;) {
        await idle();
        if (!isOpen) return settled;
        if (!tick(Number.POSITIVE_INFINITY)) {
          await idle();
          if (isOpen) throw new Error('nothing waits for the clock, and what is waited for is not done');
        }
      }
    },
    pass: async (ms) => {
      const end = nowMs + ms;
      do await idle();
      while (tick(end));
      nowMs = end;
    },
    jump: (ms) => {
      jumpedMs += ms;
    },
  };
}
