import type { Exchange } from '../ports/failure.ts';
import type { Burstiness } from '../statistics/burstiness.ts';
import type { Comparison } from '../statistics/comparison.ts';
import type { Limit } from '../statistics/limit.ts';
import type { RatioInterval } from '../statistics/ratio-interval.ts';

/** All that the samples of a run said so far: plain data, small enough for an annotation. */
export interface Evidence {
  readonly samples: number;
  /** Where the first sample ended and the last one did, by the clock of the metrics. */
  readonly sinceMs: number;
  readonly untilMs: number;
  /** The step in which the last sample was taken, and where its evidence begins. */
  readonly step: { readonly index: number; readonly sinceMs: number };
  /** Undecided looks in a row. */
  readonly undecided: number;
  /** What each metric said so far, by its name. */
  readonly metrics: Readonly<Record<string, MetricEvidence>>;
}

/** What one metric said so far. */
export type MetricEvidence = Heard &
  (
    | { readonly type: 'unheard' }
    | ({ readonly type: 'errors' } & ComparedErrors)
    | ({ readonly type: 'threshold' } & ErrorThreshold)
    | ({ readonly type: 'latency' } & ComparedLatency)
    | ({ readonly type: 'target' } & LatencyTarget)
    | ({ readonly type: 'check' } & CheckResults)
  );

/** Whether a metric answers. */
export interface Heard {
  /** It was asked again and has not answered yet: what it said before is not its last word. */
  readonly isAwaited: boolean;
  /** Looks in a row without an answer. */
  readonly failures: number;
  readonly lastFailure: string | null;
  /** What was asked and answered then; null: nothing failed, or nobody can say. */
  readonly exchange: Exchange | null;
}

/** Requests, and those of them that failed or were slow. */
export interface Count {
  readonly requests: number;
  readonly events: number;
}

/** Both arms. */
export interface Counts {
  readonly canary: Count;
  readonly stable: Count;
}

/** Counts of the whole run, of the present step, and of the last look. */
export interface Totals {
  readonly run: Counts;
  readonly step: Counts;
  readonly look: Counts;
}

/** What every metric of failed requests keeps. */
export interface ErrorTotals extends Totals {
  /** Failed requests of the canary beyond the rate of the stable arm, scrape by scrape. */
  readonly excess: number;
  readonly unattributed: Unattributed;
}

/** Requests of the last look that reached no pod, by response flag, beside those that did. */
export interface Unattributed {
  readonly requests: number;
  readonly attributed: number;
  readonly flags: Readonly<Record<string, number>>;
}

export interface ComparedErrors extends ErrorTotals {
  readonly comparison: Comparison;
  readonly interval: RatioInterval;
}

export interface ErrorThreshold extends ErrorTotals {
  /** Looks that lie in the window, newest last. */
  readonly window: readonly { readonly untilMs: number; readonly canary: Count }[];
  readonly failed: number;
}

export interface ComparedLatency {
  /** Upper bounds of the buckets but the last one, which has none. */
  readonly boundsMs: readonly number[];
  /** Requests of the whole run in each bucket. */
  readonly canary: readonly number[];
  readonly stable: readonly number[];
  readonly step: { readonly canary: number; readonly stable: number };
  readonly look: { readonly canary: number; readonly stable: number };
  /** One for each bound, of requests that are slower. */
  readonly comparisons: readonly Comparison[];
}

export interface LatencyTarget extends Totals {
  /** The bound that stands for the limit: the largest that is not above it. */
  readonly boundMs: number;
  readonly canary: Limit;
  readonly stable: Limit;
  readonly burstiness: Burstiness;
}

export interface CheckResults {
  readonly looks: number;
  readonly failed: number;
  readonly passedInARow: number;
  readonly last: 'passed' | 'failed' | 'undecided' | 'empty';
  readonly said: string;
}
