import type { Clock } from '../../charts-src/canary/ports/clock.ts';
import type { PortFailure, Result } from '../../charts-src/canary/ports/failure.ts';

/** So long a cluster may give no answer before an engine gives up and leaves the run to the next one. */
export const PATIENCE_MS = 300_000;

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 5_000;
/** Whoever throttles may ask for more; but a canary that harms must not wait for hours until it is taken back. */
const LONGEST_THROTTLE_MS = 30_000;

/** How long to wait after so many failures in a row: never less, also where the server asks for no patience at all. */
export function pauseMs(failures: number, failure: PortFailure): number {
  const ours = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(failures, 10));
  const theirs = 'retryAfterMs' in failure ? (failure.retryAfterMs ?? 0) : 0;
  return Math.max(ours, Math.min(LONGEST_THROTTLE_MS, theirs));
}

/** Tries until there is an answer, or a failure that another try would not change. Only for calls that may be repeated. */
export async function insist<T>(
  clock: Clock,
  signal: AbortSignal,
  call: (signal: AbortSignal) => Promise<Result<T>>,
): Promise<Result<T>> {
  const startMs = clock.monotonicMs();
  for (let failures = 0; ; failures++) {
    const result = await call(signal);
    if (result.ok || !result.failure.retryable || signal.aborted) return result;
    if (clock.monotonicMs() - startMs > PATIENCE_MS) return result;
    await clock.sleep(pauseMs(failures, result.failure), signal);
  }
}

/**
 * In the middle of a run also credentials that are refused are borne: a plugin or a token's issuer may be away for a
 * moment, and whoever gives up then leaves users with a canary that nobody watches.
 */
export const orRefusedForNow = ({ retryable, type }: PortFailure): boolean => retryable || type === 'unauthenticated';

/**
 * Bears failures in a row: any answer ends the row, also that somebody was faster. Reads and writes are rows of their own:
 * a server whose reads work may refuse each write, for an admission webhook or its quorum is away.
 */
export interface Patience {
  /** Takes note of an answer, and pauses after one that another call may mend; gives the failure that ends it all. */
  bears(result: Result<unknown>): Promise<PortFailure | undefined>;
}

export function patience(
  clock: Clock,
  signal: AbortSignal,
  mayPass: (failure: PortFailure) => boolean = ({ retryable }) => retryable,
): Patience {
  let failing: { readonly sinceMs: number; readonly times: number } | null = null;
  return {
    bears: async (result) => {
      if (result.ok || result.failure.type === 'conflict') {
        failing = null;
        return undefined;
      }
      const now = clock.monotonicMs();
      const { sinceMs, times } = failing ?? { sinceMs: now, times: 0 };
      failing = { sinceMs, times: times + 1 };
      if (!mayPass(result.failure) || now - sinceMs > PATIENCE_MS) return result.failure;
      await clock.sleep(pauseMs(times, result.failure), signal);
      return undefined;
    },
  };
}
