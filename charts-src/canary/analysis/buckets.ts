import type { Scrape } from '../statistics/scrape.ts';
import type { LatencyIncrement } from './sample.ts';
import { scrapeOf } from './totals.ts';

/** The finite bounds of a histogram, rising. */
export const finiteBounds = ({ boundsMs }: Pick<LatencyIncrement, 'boundsMs'>): readonly number[] =>
  boundsMs.filter((bound): bound is number => bound !== null);

const sum = (counts: readonly number[]): number => counts.reduce((total, count) => total + count, 0);

/** Requests of an increment, and those of them that took longer than a bound; undefined: it has no such bound. */
function slower(increment: LatencyIncrement, boundMs: number) {
  const at = increment.boundsMs.indexOf(boundMs);
  if (at < 0) return undefined;
  return { requests: sum(increment.counts), events: sum(increment.counts.slice(at + 1)) };
}

/** Both arms by requests that took longer than a bound. Increments without it (another version of Istio) do not count. */
export function slowerThan(increments: readonly LatencyIncrement[], boundMs: number): Scrape {
  const counted = increments.flatMap((increment) => {
    const count = slower(increment, boundMs);
    return count === undefined ? [] : [{ ...increment, count }];
  });
  return scrapeOf(counted, ({ count }) => count);
}

/** Requests of one arm in each bucket: between the bounds, and above the last one. */
export function histogram(
  increments: readonly LatencyIncrement[],
  arm: LatencyIncrement['arm'],
  boundsMs: readonly number[],
): readonly number[] {
  const cumulated = [...boundsMs, null].map((boundMs) =>
    sum(
      increments
        .filter((increment) => increment.arm === arm && boundsMs.every((bound) => increment.boundsMs.includes(bound)))
        .map(({ boundsMs: own, counts }) => sum(boundMs === null ? counts : counts.slice(0, own.indexOf(boundMs) + 1))),
    ),
  );
  return cumulated.map((count, bucket) => count - (cumulated[bucket - 1] ?? 0));
}

/** Between which bounds a quantile lies, in ms; `toMs` null: above the last one. Undefined: there are no requests. */
export function quantileOf(
  counts: readonly number[],
  boundsMs: readonly number[],
  quantile: number,
): { readonly fromMs: number; readonly toMs: number | null } | undefined {
  const total = sum(counts);
  if (total <= 0) return undefined;
  let below = 0;
  const bucket = counts.findIndex((count) => (below += count) >= quantile * total);
  return { fromMs: boundsMs[bucket - 1] ?? 0, toMs: boundsMs[bucket] ?? null };
}
