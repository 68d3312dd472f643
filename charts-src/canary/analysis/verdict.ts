import type { Analysis } from './analysis.ts';
import type { Evidence } from './evidence.ts';
import type { Sample } from './sample.ts';

/** What the evidence says of the canary. `why` stands alone; `metrics` says what each one had to say. */
export type Verdict = Said & Told;

interface Told {
  readonly why: string;
  readonly metrics: readonly MetricVerdict[];
}

type Said =
  /** Positive evidence that the canary is not worse than the plan tolerates: the only one that leads on. */
  | { readonly verdict: 'good' }
  /** Positive evidence that the canary is worse. */
  | { readonly verdict: 'bad' }
  /** Both arms are bad: nothing can be said about the canary, and nobody is to blame. */
  | { readonly verdict: 'both-bad' }
  /** There are requests, and they do not say enough yet. `stuck`: for more looks than the plan allows. */
  | { readonly verdict: 'undecided'; readonly stuck: boolean }
  /** No requests, or no metrics of them: the metrics answer, and say nothing. */
  | { readonly verdict: 'no-evidence' };

/** What one metric says. */
export interface MetricVerdict {
  readonly metric: string;
  readonly verdict: Said['verdict'];
  readonly why: string;
  /** It has no say in the verdict. */
  readonly dryRun: boolean;
  /** The figures behind the words; null: there is none yet. */
  readonly figures: Readonly<Record<string, number | null>>;
}

/** A verdict with all that it was made of: {@link Recompute} gives the same bytes, offline, at any time. */
export interface VerdictRecord {
  readonly schemaVersion: 1;
  readonly kind: 'CanaryVerdict';
  readonly run: string;
  readonly at: string;
  readonly analysis: Analysis;
  readonly evidence: Evidence;
  readonly verdict: Verdict;
}

/** Adds what a sample says to what is known; null: nothing yet. `step` is the one in which it was taken. */
export type AddSample = (analysis: Analysis, evidence: Evidence | null, sample: Sample, step: number) => Evidence;

/** What the evidence says, now. */
export type Judge = (analysis: Analysis, evidence: Evidence) => Verdict;

/** The verdict once more, from its record. */
export type Recompute = (record: VerdictRecord) => Verdict;
