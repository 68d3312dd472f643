import type { HTTPRetry } from '../imports/istio.ts';
import { durationMs } from '../model/duration.ts';
import type { Tries } from './explanation.ts';

/** Conditions of Istio's retry policy where a rule names none. It names no statuses, so a plain 503 is not retried. */
const DEFAULT_RETRY_ON = ['connect-failure', 'refused-stream', 'unavailable', 'cancelled', 'retriable-status-codes'];

/** Base of Envoy's back-off; the most that it waits is ten times that. */
const DEFAULT_BACK_OFF_MS = 25;

/** What is never tried again. */
export const ONE_TRY: Tries = { attempts: 1, perTryTimeout: null, on: [], worstCase: null };

/**
 * How often a route tries. Without a `retries` block there are two more tries; with one whose `attempts` is missing or
 * 0 there are none.
 * Source: Istio's retry.ConvertPolicy
 */
export function triesOf(retries: HTTPRetry | undefined, timeout: string | undefined): Tries {
  const retried = retries === undefined ? 2 : Math.max(0, retries.attempts ?? 0);
  const perTry = retried > 0 ? limitOf(retries?.perTryTimeout) : undefined;
  const backOff = (retries?.backoff === undefined ? undefined : durationMs(retries.backoff)) ?? DEFAULT_BACK_OFF_MS;
  return {
    attempts: retried + 1,
    perTryTimeout: perTry ?? null,
    on: retried === 0 ? [] : conditionsOf(retries?.retryOn),
    worstCase: worstCase(retried + 1, perTry, timeout, backOff),
  };
}

/** A timeout that ends something: one of no length switches it off. Source: Envoy's RouteAction.timeout */
export const limitOf = (timeout: string | undefined): string | undefined =>
  timeout === undefined || durationMs(timeout) === 0 ? undefined : timeout;

/** Conditions and statuses as Envoy gets them. */
function conditionsOf(retryOn: string | undefined): readonly string[] {
  const parts = (retryOn ?? '')
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
  if (parts.length === 0) return DEFAULT_RETRY_ON;
  const statuses = parts.filter((part) => /^[1-5]\d\d$/.test(part));
  const words = parts.filter((part) => !statuses.includes(part));
  if (statuses.length > 0 && !words.includes('retriable-status-codes')) words.push('retriable-status-codes');
  return [...words, ...statuses];
}

function worstCase(
  tries: number,
  perTry: string | undefined,
  timeout: string | undefined,
  backOff: number,
): string | null {
  const whole = timeout === undefined ? Number.POSITIVE_INFINITY : (durationMs(timeout) ?? Number.POSITIVE_INFINITY);
  const each = perTry === undefined ? Number.POSITIVE_INFINITY : (durationMs(perTry) ?? Number.POSITIVE_INFINITY);
  let waiting = 0;
  for (let retry = 1; retry < tries; retry++) waiting += Math.min(backOff * (2 ** retry - 1), backOff * 10);
  const longest = Math.min(whole, each * tries + waiting);
  return Number.isFinite(longest) ? durationText(longest) : null;
}

/** Milliseconds as people write them: `30s`, `250ms`, `1m30s`. */
function durationText(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)}ms`;
  const minutes = Math.floor(ms / 60_000);
  const seconds = Math.round((ms - minutes * 60_000) / 10) / 100;
  if (minutes === 0) return `${seconds}s`;
  return seconds === 0 ? `${minutes}m` : `${minutes}m${seconds}s`;
}
