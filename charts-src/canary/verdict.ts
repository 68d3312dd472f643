/** What the plan asks of the metrics. */
export interface Analysis {
  /** How often the metrics are read: no faster than they are scraped. */
  readonly intervalMs: number;
}

/** What was read at one moment: plain data. */
export interface Sample {
  readonly at: string;
}

/** All that the samples of a run said so far: plain data, small enough for an annotation. */
export interface Evidence {
  readonly samples: number;
}

/** What the evidence says of the canary. */
export type Verdict =
  /** Positive evidence that the canary is not worse than the plan tolerates: the only one that leads on. */
  | { readonly verdict: 'good'; readonly why: string }
  /** Positive evidence that the canary is worse. */
  | { readonly verdict: 'bad'; readonly why: string }
  /** Both arms are bad: nothing can be said about the canary, and nobody is to blame. */
  | { readonly verdict: 'both-bad'; readonly why: string }
  /** There are requests, and they do not say enough yet. */
  | { readonly verdict: 'undecided'; readonly why: string }
  /** No requests, or no metrics of them: the metrics answer, and say nothing. */
  | { readonly verdict: 'no-evidence'; readonly why: string };
