import type { CounterSeries } from '../../charts-src/canary/analysis/counter-increments.ts';
import type { Cancellation } from '../../charts-src/canary/ports/cancellation.ts';
import type { Result } from '../../charts-src/canary/ports/failure.ts';

export type Labels = Readonly<Record<string, string>>;

/** Which series of a counter are meant: those with these values of labels. */
export interface Selection {
  readonly metric: string;
  /** Each label has one of these values. */
  readonly labels: Readonly<Record<string, readonly string[]>>;
}

/** A query of somebody's own. */
export interface Query {
  readonly promql: string;
  /** Null: an instant query. */
  readonly range: { readonly ms: number; readonly stepMs: number } | null;
}

/** Where series come from: Prometheus, or one in memory. Each call tries once. */
export interface SeriesSource {
  /** The time of its clock, since 1970. */
  now(signal: Cancellation): Promise<Result<number>>;
  /** Samples as they were scraped, later than `fromMs` and not after `untilMs`. */
  counters(
    selection: Selection,
    window: { readonly fromMs: number; readonly untilMs: number },
    signal: Cancellation,
  ): Promise<Result<readonly CounterSeries<Labels>[]>>;
  /** Values of a query: of an instant one, one for each series; of a range, all of them. Not a number stays NaN. */
  values(query: Query, atMs: number, signal: Cancellation): Promise<Result<readonly number[]>>;
}

/** The proxy that a series was scraped from. */
export function proxyOf(labels: Labels): string {
  const pod = labels['pod'] ?? labels['kubernetes_pod_name'] ?? labels['pod_name'] ?? labels['exported_pod'];
  if (pod === undefined) return labels['instance'] ?? '';
  const namespace = labels['namespace'] ?? labels['kubernetes_namespace'] ?? labels['exported_namespace'];
  return namespace === undefined ? pod : `${namespace}/${pod}`;
}
