import type { Cancellation } from './cancellation.ts';

/** Time. What is measured is measured by the clock that never jumps; the other one is for people. */
export interface Clock {
  /** Milliseconds since some moment; never goes back and never jumps. */
  monotonicMs(): number;
  /** The time of day, RFC 3339 in UTC. May jump. */
  wallTime(): string;
  /** Resolves after so many milliseconds, or as soon as `signal` says so. Never rejects. */
  sleep(ms: number, signal: Cancellation): Promise<void>;
}
