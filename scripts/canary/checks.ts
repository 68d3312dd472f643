import { isCheck, type Analysis, type CheckMetric } from '../../charts-src/canary/analysis/analysis.ts';
import { failedReading, type Reading, type Sample } from '../../charts-src/canary/analysis/sample.ts';
import type { Clock } from '../../charts-src/canary/ports/clock.ts';
import type { Metrics, SampleQuestion } from '../../charts-src/canary/ports/metrics.ts';
import type { Errands } from './errands.ts';

/** The web and command checks of a run: each is asked by itself, once an interval, and never again before it has answered. */
export interface Checks {
  /** Asks those that are due, and waits a moment for them: most answer at once. */
  ask(question: SampleQuestion, signal: AbortSignal): Promise<void>;
  /** What they said since this was called last. Those that are still asked are awaited. */
  take(): Sample['metrics'];
  /** Whether one has answered since then. */
  haveNews(): boolean;
}

/** So long a look waits for its checks. One that takes longer is judged when it has answered. */
const MOMENT_MS = 1_000;
/** A check may take as long as its plan says, and be so late. */
const GRACE_MS = 5_000;

export function checks(
  metrics: Metrics,
  { clock, calls }: { readonly clock: Clock; readonly calls: Errands },
  onAnswer: () => void,
): Checks {
  const askedMs = new Map<string, number>();
  const underWay = new Set<string>();
  const answers = new Map<string, Reading>();

  const isDue = ({ name }: CheckMetric, { intervalMs }: Analysis): boolean =>
    !underWay.has(name) && clock.monotonicMs() - (askedMs.get(name) ?? -Infinity) >= intervalMs;

  const askOne = (metric: CheckMetric, question: SampleQuestion): Promise<void> =>
    new Promise((resolve) => {
      const { name } = metric;
      askedMs.set(name, clock.monotonicMs());
      underWay.add(name);
      calls.start({
        name: `check ${name}`,
        limitMs: metric.timeoutMs + GRACE_MS,
        call: async (stop) => ({ ok: true, value: await metrics.check(metric, question, stop) }),
        done: (answer) => {
          underWay.delete(name);
          answers.set(name, answer.ok ? answer.value : failedReading(answer.failure));
          resolve();
          onAnswer();
        },
      });
    });

  return {
    ask: async (question, signal) => {
      const { analysis } = question;
      const due = analysis.metrics.filter(isCheck).filter((metric) => isDue(metric, analysis));
      if (due.length === 0) return;
      const over = new AbortController();
      const moment = clock.sleep(MOMENT_MS, AbortSignal.any([over.signal, signal]));
      await Promise.race([Promise.all(due.map((metric) => askOne(metric, question))), moment]);
      over.abort();
    },
    take: () => {
      const said = Object.fromEntries([
        ...[...underWay].map((name): [string, Reading] => [name, { type: 'awaited' }]),
        ...answers,
      ]);
      answers.clear();
      return said;
    },
    haveNews: () => answers.size > 0,
  };
}
