import type { Analysis, Sample } from '../verdict.ts';
import type { Cancellation } from './cancellation.ts';
import type { Result } from './failure.ts';
import type { Target } from '../plan.ts';

/** What is asked of the metrics once a scrape. */
export interface SampleQuestion {
  readonly analysis: Analysis;
  readonly target: Target;
  readonly run: string;
  /** The last sample of this run, from which increments count; null: this one is the first. */
  readonly last: Sample | null;
}

/** Evidence at its source: Prometheus, web and command checks. Tries once. */
export interface Metrics {
  sample(question: SampleQuestion, signal: Cancellation): Promise<Result<Sample>>;
}
