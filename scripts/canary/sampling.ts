import type { Analysis } from '../../charts-src/canary/analysis/analysis.ts';
import type { Sample } from '../../charts-src/canary/analysis/sample.ts';
import type { Observation } from '../../charts-src/canary/observation.ts';
import type { Clock } from '../../charts-src/canary/ports/clock.ts';
import type { Result } from '../../charts-src/canary/ports/failure.ts';
import type { Metrics, SampleQuestion } from '../../charts-src/canary/ports/metrics.ts';
import type { Errands } from './errands.ts';

/** Questions to the metrics, one at a time, and how the last one went. */
export interface Sampling {
  ask(question: SampleQuestion): void;
  /** As `decide` sees it. */
  seen(): Observation['metrics'];
}

/** Limit against a port that forgets its own. */
const LIMIT_MS = 30_000;
/** A check may take as long as its plan says, and be so late. */
const CHECK_GRACE_MS = 5_000;

const limitMs = ({ metrics }: Analysis): number =>
  Math.max(LIMIT_MS, ...metrics.map((metric) => ('timeoutMs' in metric ? metric.timeoutMs + CHECK_GRACE_MS : 0)));

export function sampling(
  metrics: Metrics,
  { clock, calls }: { readonly clock: Clock; readonly calls: Errands },
  onAnswer: (answer: Result<Sample>) => void,
): Sampling {
  let askedMs: number | null = null;
  let isUnderWay = false;
  let answeredMs: number | null = null;
  let failure: string | null = null;
  const ago = (ms: number | null): number | null => (ms === null ? null : clock.monotonicMs() - ms);
  return {
    ask: (question) => {
      askedMs = clock.monotonicMs();
      isUnderWay = true;
      calls.start({
        name: 'metrics',
        limitMs: limitMs(question.analysis),
        call: (stop) => metrics.sample(question, stop),
        done: (answer) => {
          answeredMs = clock.monotonicMs();
          isUnderWay = false;
          failure = answer.ok ? null : answer.failure.message;
          onAnswer(answer);
        },
      });
    },
    // Asked again before it answers, whoever is slower than the interval would never be heard, nor be missed.
    seen: () => ({ askedMsAgo: isUnderWay ? 0 : ago(askedMs), answeredMsAgo: ago(answeredMs), failure }),
  };
}
