import type { Clock } from '../../../charts-src/canary/ports/clock.ts';

/** The clocks of this machine. */
export const systemClock = (): Clock => ({
  monotonicMs: () => performance.now(),
  wallTime: () => new Date().toISOString(),
  sleep: (ms, signal) =>
    new Promise((resolve) => {
      if (signal.aborted) return resolve();
      const done = (): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', done);
        resolve();
      };
      const timer = setTimeout(done, ms);
      signal.addEventListener('abort', done, { once: true });
    }),
});
