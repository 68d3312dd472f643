/** All that the samples of a run said so far: plain data, small enough for an annotation. */
export interface Evidence {
  readonly samples: number;
  /** Where the first sample began and the last one ended, by the clock of the metrics. */
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
export type MetricEvidence =
  ComparedEvidence | LatencyEvidence | ThresholdEvidence | TargetEvidence | CheckEvidence | UnheardEvidence;

interface Heard {
  /** Looks in a row without an answer of this metric. */
  readonly failures: number;
  readonly lastFailure: string | null;
}

/** Requests and failed (or slow) ones. */
export interface Count {
  readonly requests: number;
  readonly errors: number;
}

/** Both arms. */
export interface Counts {
  readonly canary: Count;
  readonly stable: Count;
}

/** A sequential comparison of two rates: what {@link Comparison} keeps. */
export interface Comparison {
  /** Log-likelihood of each ratio of the grid, every scrape divided by its burst factor. */
  readonly logLikelihood: readonly number[];
  /** Squared deviations from even shares, and what they would be if errors came one by one. */
  readonly dispersion: { readonly observed: number; readonly expected: number };
  /** For the ratio itself, scrape by scrape (Mantel and Haenszel). */
  readonly odds: { readonly canary: number; readonly stable: number };
}

/** Unattributed requests and all the others of the last look. */
export interface Unattributed {
  readonly requests: number;
  readonly of: number;
  readonly flags: Readonly<Record<string, number>>;
}

export interface ComparedEvidence extends Heard {
  readonly type: 'compared';
  readonly run: Counts;
  readonly step: Counts;
  readonly last: Counts;
  readonly comparison: Comparison;
  /** Errors of the canary beyond the rate of the stable arm, scrape by scrape. */
  readonly excess: number;
  readonly unattributed: Unattributed;
}

export interface LatencyEvidence extends Heard {
  readonly type: 'latency';
  readonly boundsMs: readonly (number | null)[];
  readonly run: { readonly canary: readonly number[]; readonly stable: readonly number[] };
  readonly stepRequests: { readonly canary: number; readonly stable: number };
  /** One for each bound but the last, of requests that are slower. */
  readonly comparisons: readonly Comparison[];
}

export interface ThresholdEvidence extends Heard {
  readonly type: 'threshold';
  readonly run: Counts;
  readonly step: Counts;
  readonly last: Counts;
  /** Looks that lie in the window, newest last. */
  readonly window: readonly { readonly untilMs: number; readonly canary: Count }[];
  readonly looks: number;
  readonly failed: number;
  readonly excess: number;
  readonly unattributed: Unattributed;
}

export interface TargetEvidence extends Heard {
  readonly type: 'target';
  readonly canary: Count;
  readonly stable: Count;
  readonly step: Counts;
  /** Log-likelihood of each ratio of the grid against the share that may be slower. */
  readonly logLikelihood: readonly number[];
  readonly stableLogLikelihood: readonly number[];
  readonly dispersion: { readonly observed: number; readonly expected: number };
}

export interface CheckEvidence extends Heard {
  readonly type: 'check';
  readonly looks: number;
  readonly failed: number;
  readonly successesInARow: number;
  readonly last: readonly number[];
}

/** Never answered so far. */
export interface UnheardEvidence extends Heard {
  readonly type: 'unheard';
}
