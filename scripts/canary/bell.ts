import type { Clock } from '../../charts-src/canary/ports/clock.ts';

/** Wakes a loop that sleeps. A ring while nobody sleeps is kept for the next sleep. */
export interface Bell {
  ring(): void;
  /** Sleeps so long, or until somebody rings. */
  sleep(ms: number): Promise<void>;
}

export function bell(clock: Clock): Bell {
  let rung = new AbortController();
  return {
    ring: () => rung.abort(),
    sleep: async (ms) => {
      if (!rung.signal.aborted) await clock.sleep(ms, rung.signal);
      rung = new AbortController();
    },
  };
}
