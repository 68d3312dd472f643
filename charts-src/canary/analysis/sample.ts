import { wordsOf, type PortFailure } from '../ports/failure.ts';

/** One of the two versions that are compared. */
export type ArmName = 'stable' | 'canary';

/** What was read at one moment: plain data. Increments of counters, never rates. */
export interface Sample {
  /** Time of day at which it was asked for, for the record only. */
  readonly at: string;
  /** Up to here counters were read, by the clock of the metrics, since 1970: the next sample begins here. */
  readonly untilMs: number;
  /** What each metric of the analysis said, by its name. One that is not here was not asked, and said nothing new. */
  readonly metrics: Readonly<Record<string, Reading>>;
}

/** What one metric said. */
export type Reading =
  | {
      readonly type: 'errors';
      readonly increments: readonly RequestIncrement[];
      readonly unattributed: readonly UnattributedIncrement[];
    }
  | { readonly type: 'latency'; readonly increments: readonly LatencyIncrement[] }
  /** Values of a query or a web check; none: the answer was empty. */
  | { readonly type: 'values'; readonly values: readonly number[] }
  | { readonly type: 'answer'; readonly answer: 'passed' | 'failed'; readonly said: string }
  /** It was asked, and has not answered yet: neither an answer nor a failure. */
  | { readonly type: 'awaited' }
  /** No answer that can be used. Never a verdict. */
  | { readonly type: 'failed'; readonly failure: Pick<PortFailure, 'type' | 'message' | 'exchange'> };

/** By how much the counters of one arm at one scraped proxy grew from one scrape to another. */
export interface Scraped {
  readonly arm: ArmName;
  /** The proxy that was scraped: the pod itself at the destination, the caller's at the source. */
  readonly proxy: string;
  readonly fromMs: number;
  readonly toMs: number;
}

export interface RequestIncrement extends Scraped {
  readonly requests: number;
  /** Those of them that failed. */
  readonly errors: number;
  /** The failed ones by Envoy's response flags: `-` is an answer of the application. */
  readonly errorFlags: Readonly<Record<string, number>>;
}

export interface LatencyIncrement extends Scraped {
  /** Upper bounds of the buckets in ms, rising; the last one is Infinity, written as null. */
  readonly boundsMs: readonly (number | null)[];
  /** Requests in each bucket, not cumulated. */
  readonly counts: readonly number[];
}

/** Requests that reached no pod: nobody can say of which version they would have been. */
export interface UnattributedIncrement {
  readonly proxy: string;
  readonly fromMs: number;
  readonly toMs: number;
  /** Envoy's response flags: UH, NC, UO. */
  readonly flags: string;
  readonly requests: number;
}

/** A metric that gave no answer, and why. */
export const failedReading = (failure: PortFailure): Reading => ({
  type: 'failed',
  failure: { type: failure.type, ...wordsOf(failure) },
});
