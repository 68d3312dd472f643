import type { HTTPRetry } from '../imports/istio.ts';
import { durationMs } from '../model/duration.ts';

/** How often and when Envoy tries again. */
export interface RetryPolicy {
  /** Tries after the first one. */
  readonly attempts: number;
  /** In lower case; statuses as digits. */
  readonly conditions: readonly string[];
  /** Whether `retryOn` is missing, so that Istio's conditions hold. */
  readonly isDefault: boolean;
  readonly perTryMs: number | undefined;
  /** Longest waits between the tries, together. */
  readonly backOffMs: number;
}

/** Conditions that hold where `retryOn` is missing. Source: Istio's retry.defaultRetryOn */
const DEFAULT_CONDITIONS = ['connect-failure', 'refused-stream', 'unavailable', 'cancelled'];

/** Envoy's own, where `backoff` is missing: the first wait, and the longest as a multiple of it. */
const DEFAULT_BACK_OFF_MS = 25;
const LONGEST_BACK_OFF = 10;

/** What `retries` amounts to; undefined where it switches retries off. Source: Istio's retry.ConvertPolicy */
export function retryPolicy(retries: HTTPRetry | undefined): RetryPolicy | undefined {
  const attempts = retries?.attempts ?? 0;
  if (retries === undefined || attempts <= 0) return undefined;
  const conditions = (retries.retryOn ?? '')
    .split(',')
    .map((part) => part.trim().toLowerCase())
    .filter((part) => part !== '');
  const base = retries.backoff === undefined ? undefined : durationMs(retries.backoff);
  return {
    attempts,
    conditions: conditions.length > 0 ? conditions : DEFAULT_CONDITIONS,
    isDefault: conditions.length === 0,
    perTryMs: retries.perTryTimeout === undefined ? undefined : durationMs(retries.perTryTimeout),
    backOffMs: backOff(attempts, base ?? DEFAULT_BACK_OFF_MS),
  };
}

/** Before each further try Envoy waits at most twice as long as before the last one, and at most ten times the base. */
function backOff(attempts: number, baseMs: number): number {
  const doubling = [1, 2, 4, 8].slice(0, attempts).reduce((sum, factor) => sum + factor, 0);
  return (doubling + Math.max(0, attempts - 4) * LONGEST_BACK_OFF) * baseMs;
}

/** Conditions under which a try that ran into its timeout is tried again. Source: Envoy's RetryStateImpl::wouldRetryFromReset */
const TIMEOUT_CONDITIONS: ReadonlySet<string> = new Set(['5xx', 'gateway-error', 'reset']);

/** Whether a try that ran into `perTryTimeout` is tried again: a status in `retryOn` is no help, for there was no answer. */
export const retriesTimeouts = ({ conditions }: RetryPolicy): boolean =>
  conditions.some((condition) => TIMEOUT_CONDITIONS.has(condition));

/** Whether an answer 503 of the callee itself is tried again. */
export const retriesAnswers = ({ conditions }: RetryPolicy): boolean =>
  conditions.some((condition) => condition === '5xx' || condition === 'gateway-error' || /^5\d\d$/.test(condition));

/** The conditions under which the callee may have done what it was asked before. */
export const unsafeConditions = ({ conditions }: RetryPolicy): readonly string[] =>
  conditions.filter((condition) => TIMEOUT_CONDITIONS.has(condition) || /^5\d\d$/.test(condition));

/** A time in milliseconds, as people write it. */
export const inWords = (ms: number): string =>
  ms >= 1000 ? `${Math.round(ms / 10) / 100}s` : `${Math.round(ms * 100) / 100}ms`;
