import { isCheck } from '../../charts-src/canary/analysis/analysis.ts';
import { failedReading, type Sample } from '../../charts-src/canary/analysis/sample.ts';
import type { Observation } from '../../charts-src/canary/observation.ts';
import type { Clock } from '../../charts-src/canary/ports/clock.ts';
import type { Result } from '../../charts-src/canary/ports/failure.ts';
import type { Metrics, SampleQuestion } from '../../charts-src/canary/ports/metrics.ts';
import { checks } from './checks.ts';
import type { Errands } from './errands.ts';

/** Questions to the metrics, one at a time, and how the last one went. */
export interface Sampling {
  ask(question: SampleQuestion): void;
  /** As `decide` sees it. */
  seen(): Observation['metrics'];
}

/** Limit against a port that forgets its own. */
const LIMIT_MS = 30_000;

/** What became of the metrics, one look at a time. `ring`: somebody answered, so that another look is due. */
export function sampling(
  metrics: Metrics,
  { clock, calls, ring }: { readonly clock: Clock; readonly calls: Errands; readonly ring: () => void },
  onAnswer: (answer: Result<Sample>) => void,
): Sampling {
  let askedMs: number | null = null;
  let isUnderWay = false;
  let answeredMs: number | null = null;
  let failure: string | null = null;
  const asked = checks(metrics, { clock, calls }, ring);
  const ago = (ms: number | null): number | null => (ms === null ? null : clock.monotonicMs() - ms);
  return {
    ask: (question) => {
      askedMs = clock.monotonicMs();
      isUnderWay = true;
      calls.start({
        name: 'metrics',
        limitMs: LIMIT_MS,
        call: async (stop) => {
          const [sample] = await Promise.all([metrics.sample(question, stop), asked.ask(question, stop)]);
          return sample;
        },
        done: (answer) => {
          const whole = withChecks(answer, asked.take(), { question, at: clock.wallTime() });
          answeredMs = clock.monotonicMs();
          isUnderWay = false;
          failure = whole.ok ? null : whole.failure.message;
          onAnswer(whole);
        },
      });
    },
    seen: () => ({
      // Asked again before it answers, whoever is slower than the interval would never be heard, nor be missed.
      askedMsAgo: isUnderWay ? 0 : asked.haveNews() ? Infinity : ago(askedMs),
      answeredMsAgo: ago(answeredMs),
      failure,
    }),
  };
}

/** One sample of what counters and checks say. A check that answers is heard also when Prometheus is not. */
function withChecks(
  answer: Result<Sample>,
  said: Sample['metrics'],
  { question: { analysis, sinceMs }, at }: { readonly question: SampleQuestion; readonly at: string },
): Result<Sample> {
  if (answer.ok) return { ok: true, value: { ...answer.value, metrics: { ...answer.value.metrics, ...said } } };
  const isHeard = Object.values(said).some(({ type }) => type !== 'failed' && type !== 'awaited');
  if (!isHeard) return answer;
  const silent = analysis.metrics
    .filter((metric) => !isCheck(metric))
    .map(({ name }) => [name, failedReading(answer.failure)]);
  const metrics: Sample['metrics'] = { ...Object.fromEntries(silent), ...said };
  return { ok: true, value: { at, untilMs: sinceMs ?? Date.parse(at), metrics } };
}
