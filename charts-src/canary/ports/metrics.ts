import type { Analysis } from '../analysis/analysis.ts';
import type { Sample } from '../analysis/sample.ts';
import type { Target } from '../plan.ts';
import type { Cancellation } from './cancellation.ts';
import type { Result } from './failure.ts';

/** What is asked of the metrics once a scrape. */
export interface SampleQuestion {
  readonly analysis: Analysis;
  readonly target: Target;
  readonly run: string;
  /** Up to here counters were read before (`Evidence.untilMs`), also by an engine that is no more; null: never. */
  readonly sinceMs: number | null;
}

/** Evidence at its source: Prometheus, web and command checks. Tries once. */
export interface Metrics {
  /** Fails when nothing can be read at all; a single metric without an answer is a reading of the sample. */
  sample(question: SampleQuestion, signal: Cancellation): Promise<Result<Sample>>;
}
