import type { Clock } from '../../charts-src/canary/ports/clock.ts';
import type { Result } from '../../charts-src/canary/ports/failure.ts';

/** Calls that the loop does not wait for: whatever happens meanwhile, it sees at once. One of a name at a time. */
export interface Errands {
  /**
   * Starts a call. `done` hears its answer, unless it was cancelled; a call that takes longer than `limitMs` is
   * cancelled and counts as timed out, whatever the port itself thinks of deadlines.
   */
  start<T>(errand: Errand<T>): void;
  /** Cancels all calls of these names that are under way. */
  cancel(...names: readonly string[]): void;
  /** Cancels everything, and waits until all calls are over. */
  close(): Promise<void>;
}

interface Errand<T> {
  readonly name: string;
  readonly limitMs: number;
  readonly call: (signal: AbortSignal) => Promise<Result<T>>;
  readonly done: (result: Result<T>) => void;
}

export function errands(clock: Clock): Errands {
  const underWay = new Map<string, AbortController>();
  const all = new Set<Promise<void>>();

  const attend = async <T>({ name, limitMs, call, done }: Errand<T>, controller: AbortController): Promise<void> => {
    const over = new AbortController();
    const late = clock.sleep(limitMs, over.signal).then((): Result<T> => {
      const message = `${name}: no answer within ${limitMs / 1_000} s`;
      return { ok: false, failure: { type: 'timed-out', retryable: true, uncertain: true, message } };
    });
    const result = await Promise.race([answered(name, () => call(controller.signal)), late]);
    over.abort();
    if (underWay.get(name) !== controller) return;
    underWay.delete(name);
    controller.abort();
    done(result);
  };

  return {
    start: (errand) => {
      underWay.get(errand.name)?.abort();
      const controller = new AbortController();
      underWay.set(errand.name, controller);
      const attended = attend(errand, controller).finally(() => all.delete(attended));
      all.add(attended);
    },
    cancel: (...names) => {
      for (const name of names) {
        underWay.get(name)?.abort();
        underWay.delete(name);
      }
    },
    close: async () => {
      for (const controller of underWay.values()) controller.abort();
      underWay.clear();
      await Promise.all(all);
    },
  };
}

/**
 * What a call answers, or throws: a program that no system can begin is no reason to die in the middle of a run, and to
 * leave users with a canary that nobody watches.
 */
async function answered<T>(name: string, call: () => Promise<Result<T>>): Promise<Result<T>> {
  try {
    return await call();
  } catch (cause) {
    const message = `${name}: ${cause instanceof Error ? cause.message : String(cause)}`;
    return { ok: false, failure: { type: 'unreachable', retryable: true, uncertain: true, message, cause } };
  }
}
