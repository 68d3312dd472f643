import { setMaxListeners } from 'node:events';
import type { Cancellation } from '../../charts-src/canary/ports/cancellation.ts';
import type { PortFailure } from '../../charts-src/canary/ports/failure.ts';

/** How long a call may take: until its own deadline, or until nobody wants it any more. */
export interface Limit {
  readonly signal: AbortSignal;
  /** Why it is over, as a failure; undefined while it is not. */
  failure(what: string, uncertain: boolean): PortFailure | undefined;
  /** From now on only the caller ends it: an answer that goes on and on has begun. */
  forgetDeadline(): void;
  /** To be called when the call is over, so that nothing is left with the caller's signal. */
  lift(): void;
}

/** `AbortSignal.any` would do, but on Node 20 what it makes lives as long as the longest of its signals: a whole run. */
export function limit(cancellation: Cancellation, timeoutMs: number): Limit {
  const controller = new AbortController();
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    controller.abort();
  }, timeoutMs);
  const cancel = (): void => controller.abort();
  // Many calls wait for the end of one run; all of them take their listener away again.
  if (cancellation instanceof EventTarget) setMaxListeners(0, cancellation);
  if (cancellation.aborted) cancel();
  else cancellation.addEventListener('abort', cancel, { once: true });
  return {
    signal: controller.signal,
    failure: (what, uncertain) => {
      if (!controller.signal.aborted) return undefined;
      return isLate
        ? { type: 'timed-out', retryable: true, uncertain, message: `${what}: no answer within ${timeoutMs / 1000} s` }
        : { type: 'cancelled', retryable: false, message: `${what}: cancelled` };
    },
    forgetDeadline: () => clearTimeout(timer),
    lift: () => {
      clearTimeout(timer);
      cancellation.removeEventListener('abort', cancel);
    },
  };
}
