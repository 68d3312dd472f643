import type { CounterSample, CounterSeries } from '../../charts-src/canary/analysis/counter-increments.ts';
import type { PortFailure, Result } from '../../charts-src/canary/ports/failure.ts';
import { proxyOf, type Labels, type Selection, type SeriesSource } from './series-source.ts';

/** Prometheus in memory: counters that are scraped when told, and queries whose answers are given. */
export interface InMemorySeries extends SeriesSource {
  /** Adds to a counter; a new one begins at 0. */
  add(metric: string, labels: Labels, by: number): void;
  /** All counters of a proxy begin at 0 again, or go away with it. */
  restart(proxy: string): void;
  remove(proxy: string): void;
  /** Reads all counters, or those of one proxy, at this moment; the clock goes on to it. */
  scrape(atMs: number, proxy?: string): void;
  /** What a query answers from now on. */
  answer(promql: string, values: readonly number[]): void;
  /** What every call answers until further notice; undefined: it works again. */
  fail(failure: PortFailure | undefined): void;
}

interface Counter {
  readonly metric: string;
  readonly labels: Labels;
  value: number;
  isGone: boolean;
  readonly samples: CounterSample[];
}

/** An empty one, at this time. */
export function inMemorySeries(startMs = 0): InMemorySeries {
  const counters = new Map<string, Counter>();
  const answers = new Map<string, readonly number[]>();
  let nowMs = startMs;
  let failure: PortFailure | undefined;
  const orFail = <T>(value: () => Result<T>): Promise<Result<T>> =>
    Promise.resolve(failure === undefined ? value() : { ok: false, failure });
  const of = (proxy: string | undefined): readonly Counter[] =>
    [...counters.values()].filter(({ labels }) => proxy === undefined || proxyOf(labels) === proxy);
  return {
    now: () => orFail(() => ({ ok: true, value: nowMs })),
    counters: (selection, { fromMs, untilMs }) =>
      orFail(() => ({
        ok: true,
        value: [...counters.values()]
          .filter((counter) => isSelected(counter, selection))
          .map(({ labels, samples }): CounterSeries<Labels> => ({
            labels,
            proxy: proxyOf(labels),
            samples: samples.filter(({ atMs }) => atMs > fromMs && atMs <= untilMs),
          }))
          .filter(({ samples }) => samples.length > 0),
      })),
    values: ({ promql }) =>
      orFail(() => {
        const values = answers.get(promql);
        return values === undefined
          ? {
              ok: false,
              failure: { type: 'rejected', retryable: false, message: `ask Prometheus: bad_data: ${promql}` },
            }
          : { ok: true, value: values };
      }),
    add(metric, labels, by) {
      const key = JSON.stringify([metric, Object.entries(labels).sort(([one], [other]) => (one < other ? -1 : 1))]);
      const counter = counters.get(key) ?? { metric, labels, value: 0, isGone: false, samples: [] };
      counter.value += by;
      counter.isGone = false;
      counters.set(key, counter);
    },
    restart(proxy) {
      // A process that begins again has no counter yet for what did not happen to it.
      for (const counter of of(proxy)) {
        counter.value = 0;
        counter.isGone = true;
      }
    },
    remove(proxy) {
      for (const counter of of(proxy)) counter.isGone = true;
    },
    scrape(atMs, proxy) {
      nowMs = atMs;
      for (const { value, isGone, samples } of of(proxy)) if (!isGone) samples.push({ atMs, value });
    },
    answer: (promql, values) => void answers.set(promql, values),
    fail: (given) => void (failure = given),
  };
}

const isSelected = ({ metric, labels }: Counter, selection: Selection): boolean =>
  metric === selection.metric &&
  Object.entries(selection.labels).every(([label, values]) => values.includes(labels[label] ?? ''));
