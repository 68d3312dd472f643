import { isCheck, type CheckMetric, type Metric } from '../../charts-src/canary/analysis/analysis.ts';
import type { CounterSeries } from '../../charts-src/canary/analysis/counter-increments.ts';
import { failedReading, type Reading, type Sample } from '../../charts-src/canary/analysis/sample.ts';
import type { Cancellation } from '../../charts-src/canary/ports/cancellation.ts';
import type { PortFailure, Result } from '../../charts-src/canary/ports/failure.ts';
import type { Metrics, SampleQuestion } from '../../charts-src/canary/ports/metrics.ts';
import { commandCheck } from './command-check.ts';
import { told } from './http-call.ts';
import { armOf, durationsOf, errorsOf, latenciesOf, requestsOf } from './istio-readings.ts';
import type { Labels, Selection, SeriesSource } from './series-source.ts';
import { webCheck } from './web-check.ts';

/** What a reader of metrics needs. */
export interface MetricsOptions {
  /** Where counters and queries are asked. Null: there is no Prometheus, and only web and command checks work. */
  readonly series: SeriesSource | null;
  /** Time of day, since 1970: for the record, and where there is no Prometheus. */
  readonly wallMs: () => number;
  /** A scrape is stored a while after its own time: so much is left for the next look. @default 500 */
  readonly settleMs?: number;
}

/** So far back a counter is looked for to grow from: scrapes may be late, or miss. */
const LOOKBACK_MS = 300_000;
/** After a longer silence the beginning is not read any more. */
const MOST_MS = 3_600_000;
const DEFAULT_SETTLE_MS = 500;

/** The evidence at its source. What cannot be read is a reading that says so, never a number. */
export const readMetrics = ({ series, wallMs, settleMs = DEFAULT_SETTLE_MS }: MetricsOptions): Metrics => ({
  async sample(question, signal) {
    const metrics = question.analysis.metrics.filter(isOfPrometheus);
    const at = new Date(wallMs()).toISOString();
    const now: Result<number> =
      series === null || metrics.length === 0
        ? { ok: true, value: wallMs() }
        : notBefore(question, await series.now(signal));
    if (!now.ok) return now;
    const untilMs = now.value - settleMs;
    const look = series === null ? NO_PROMETHEUS : seriesLook(series, untilMs, question, signal);
    const readings = await Promise.all(metrics.map((metric) => reading(metric, question, look, signal)));
    const sample: Sample = {
      at,
      untilMs,
      metrics: Object.fromEntries(metrics.map(({ name }, index) => [name, readings[index] ?? NOT_READ])),
    };
    return { ok: true, value: sample };
  },
  check: async (metric, { target, run }, signal) =>
    metric.type === 'web'
      ? webCheck(metric, signal)
      : commandCheck(
          metric,
          { WEFT_RUN: run, WEFT_NAMESPACE: target.namespace, WEFT_HOST: target.canary.host },
          signal,
        ),
});

/**
 * A clock that went back by more than a look. Until it is where it was nothing new would be found, and nobody would learn
 * that nobody watches.
 */
function notBefore({ sinceMs, analysis }: SampleQuestion, now: Result<number>): Result<number> {
  if (!now.ok || sinceMs === null || now.value >= sinceMs - analysis.intervalMs) return now;
  const [is, was] = [now.value, sinceMs].map((atMs) => new Date(atMs).toISOString());
  const words = told('ask Prometheus', {
    asked: 'time()',
    answered: `its clock says ${is}, and it was ${was} already`,
    fix: 'Is it set right, on all that answer there?',
  });
  return { ok: false, failure: { type: 'unintelligible', retryable: true, ...words } };
}

const NOT_READ: Reading = { type: 'failed', failure: { type: 'cancelled', message: 'it was not read' } };

const NO_PROMETHEUS: PortFailure = {
  type: 'unreachable',
  retryable: true,
  uncertain: false,
  ...told('ask Prometheus', {
    asked: 'Prometheus, of which there is no address',
    answered: 'nobody said where it is',
    fix: 'Give its address (--prometheus URL, or PROMETHEUS_URL), or take only web and command checks.',
  }),
};

type PrometheusMetric = Exclude<Metric, CheckMetric>;

const isOfPrometheus = (metric: Metric): metric is PrometheusMetric => !isCheck(metric);

/** Prometheus at one moment: what several metrics need is read once. */
interface SeriesLook {
  readonly source: SeriesSource;
  readonly untilMs: number;
  readonly sinceMs: number;
  counters(selection: Selection): Promise<Result<readonly CounterSeries<Labels>[]>>;
}

function seriesLook(source: SeriesSource, untilMs: number, question: SampleQuestion, signal: Cancellation): SeriesLook {
  // The first sample of a run says what happened in the last interval.
  const sinceMs = Math.max(question.sinceMs ?? untilMs - question.analysis.intervalMs, untilMs - MOST_MS);
  const read = new Map<string, Promise<Result<readonly CounterSeries<Labels>[]>>>();
  return {
    source,
    untilMs,
    sinceMs,
    counters(selection) {
      const key = JSON.stringify(selection);
      const known = read.get(key) ?? source.counters(selection, { fromMs: sinceMs - LOOKBACK_MS, untilMs }, signal);
      read.set(key, known);
      return known;
    },
  };
}

async function reading(
  metric: PrometheusMetric,
  { analysis, target }: SampleQuestion,
  look: SeriesLook | PortFailure,
  signal: Cancellation,
): Promise<Reading> {
  if ('message' in look) return failedReading(look);
  const arm = armOf(target, analysis.versions);
  switch (metric.type) {
    case 'errors': {
      const counters = await look.counters(requestsOf(target));
      return counters.ok
        ? { type: 'errors', ...errorsOf(counters.value, look.sinceMs, metric, arm) }
        : failedReading(counters.failure);
    }
    case 'latency': {
      const counters = await look.counters(durationsOf(target, metric.reporter));
      return counters.ok
        ? { type: 'latency', increments: latenciesOf(counters.value, look.sinceMs, arm) }
        : failedReading(counters.failure);
    }
    case 'query': {
      const values = await look.source.values({ promql: metric.query, range: metric.range }, look.untilMs, signal);
      return values.ok ? { type: 'values', values: values.value } : failedReading(values.failure);
    }
  }
}
