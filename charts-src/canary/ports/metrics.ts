import type { Analysis, CheckMetric } from '../analysis/analysis.ts';
import type { Reading, Sample } from '../analysis/sample.ts';
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
  /**
   * What counters and queries say. Fails when none of them can be read; a single one without an answer is a reading of the
   * sample. Checks are not in it: they are asked one by one, so that none of them keeps others waiting.
   */
  sample(question: SampleQuestion, signal: Cancellation): Promise<Result<Sample>>;
  /** Asks a web server or a program. It may take as long as its plan says. */
  check(metric: CheckMetric, question: SampleQuestion, signal: Cancellation): Promise<Reading>;
}
