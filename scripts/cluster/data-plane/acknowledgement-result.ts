import type { Acknowledgement } from '../../../charts-src/canary/ports/acknowledgement.ts';
import type { PortFailure, Result } from '../../../charts-src/canary/ports/failure.ts';

/** Whatever goes wrong at a proxy or an istiod, another look may find others. */
export const passing = (failure: PortFailure): Result<never> => ({
  ok: false,
  failure: failure.retryable
    ? failure
    : { type: 'unreachable', retryable: true, uncertain: false, message: failure.message, cause: failure },
});

/** All of so many proxies hold it; `how` we know. */
export const acknowledged = (proxies: number, how: string): Result<Acknowledgement> => ({
  ok: true,
  value: { state: 'acknowledged', proxies, how },
});

/** Nobody can be asked. */
export const unobservable = (why: string): Result<Acknowledgement> => ({
  ok: true,
  value: { state: 'unobservable', why },
});

/** Some do not hold it yet. */
export const pending = (
  seen: Omit<Extract<Acknowledgement, { state: 'pending' }>, 'state'>,
): Result<Acknowledgement> => ({ ok: true, value: { state: 'pending', ...seen } });
