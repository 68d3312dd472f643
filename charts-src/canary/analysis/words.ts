import type { Count } from './evidence.ts';
import { rateOf } from './totals.ts';

/** 12345 as 12,345: counters are whole numbers, or nearly. */
export const number = (value: number): string => String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, ',');

/** Two digits that matter: 0.0091 as 0.91 %, 0.25 as 25 %. */
export const share = (value: number): string => `${Number((value * 100).toPrecision(2))} %`;

/** `12 of 1,350 requests (0.89 %)`. */
export function failures(count: Count): string {
  const rate = rateOf(count);
  return rate === null
    ? 'no requests'
    : `${number(count.events)} of ${number(count.requests)} requests (${share(rate)})`;
}

/** So many digits of a figure are kept: enough to read, few enough to be the same on every machine. */
export const figure = (value: number | null): number | null =>
  value === null || !Number.isFinite(value) ? null : Number(value.toPrecision(6));
