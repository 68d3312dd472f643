import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CounterSeries } from '../../charts-src/canary/analysis/counter-increments.ts';
import type { Result } from '../../charts-src/canary/ports/failure.ts';
import type { Labels, SeriesSource } from '../../scripts/metrics/series-source.ts';

/** Counters that somebody scrapes, and where they can be asked for. */
export interface ScrapedCounters {
  readonly source: SeriesSource;
  /** Adds to a counter; a new one begins at 0. */
  add(metric: string, labels: Labels, by: number): void;
  /** Waits until all counters are scraped once more. */
  scraped(): Promise<void>;
  /** What a query will answer, for a source that cannot work it out. */
  foresee(promql: string, values: readonly number[]): void;
  close(): Promise<void>;
}

export const NEVER = new AbortController().signal;

/** The value, where there is one. */
export function valueOf<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(result.failure.message);
  return result.value;
}

/** What every source of series does: one in memory, and the real Prometheus. */
export function describeSeriesSource(name: string, open: () => Promise<ScrapedCounters>): void {
  describe(`the source of series: ${name}`, () => {
    let counters: ScrapedCounters;
    let beganMs = 0;

    beforeAll(async () => {
      counters = await open();
      beganMs = valueOf(await counters.source.now(NEVER));
    });
    afterAll(() => counters.close());

    const read = async (metric: string, labels: Readonly<Record<string, readonly string[]>>) => {
      const untilMs = valueOf(await counters.source.now(NEVER));
      return valueOf(await counters.source.counters({ metric, labels }, { fromMs: beganMs, untilMs }, NEVER));
    };
    const last = (series: readonly CounterSeries<Labels>[], pod: string): number | undefined =>
      series.find(({ labels }) => labels['pod'] === pod)?.samples.at(-1)?.value;

    test('counters grow scrape by scrape, each at its own proxy', async () => {
      counters.add('requests_total', { pod: 'a', namespace: 'shop', code: '200' }, 5);
      counters.add('requests_total', { pod: 'b', namespace: 'shop', code: '200' }, 7);
      await counters.scraped();
      counters.add('requests_total', { pod: 'a', namespace: 'shop', code: '200' }, 2);
      await counters.scraped();
      const series = await read('requests_total', {});
      expect(series.map(({ proxy }) => proxy).sort()).toEqual(['shop/a', 'shop/b']);
      expect(last(series, 'a')).toBe(7);
      expect(last(series, 'b')).toBe(7);
      const [a] = series.filter(({ proxy }) => proxy === 'shop/a');
      expect(a?.samples.map(({ value }) => value)).toEqual(expect.arrayContaining([5, 7]));
      const times = a?.samples.map(({ atMs }) => atMs) ?? [];
      expect(times).toEqual([...times].sort((one, other) => one - other));
      expect(times.every((atMs) => atMs > beganMs)).toBe(true);
    });

    test('a selection takes one of several values, as they are written', async () => {
      counters.add('odd_total', { pod: 'a', host: 'a.b' }, 1);
      counters.add('odd_total', { pod: 'b', host: 'axb' }, 1);
      counters.add('odd_total', { pod: 'c', host: 'quoted "c" \\ (d)|e' }, 1);
      counters.add('odd_total', { pod: 'd', host: 'other' }, 1);
      await counters.scraped();
      const pods = async (...hosts: string[]) =>
        (await read('odd_total', { host: hosts })).map(({ labels }) => labels['pod']).sort();
      expect(await pods('a.b')).toEqual(['a']);
      expect(await pods('a.b', 'other')).toEqual(['a', 'd']);
      expect(await pods('quoted "c" \\ (d)|e', 'nobody')).toEqual(['c']);
      expect(await pods('nobody')).toEqual([]);
    });

    test('nothing is older than the window', async () => {
      await counters.scraped();
      const untilMs = valueOf(await counters.source.now(NEVER));
      const window = { fromMs: untilMs, untilMs: untilMs + 1 };
      expect(valueOf(await counters.source.counters({ metric: 'odd_total', labels: {} }, window, NEVER))).toEqual([]);
    });

    test.each<{ promql: string; values: readonly number[] }>([
      { promql: 'vector(42)', values: [42] },
      { promql: '1 + 1', values: [2] },
      { promql: 'vector(0) / vector(0)', values: [NaN] },
      { promql: 'vector(1) / vector(0)', values: [Infinity] },
      { promql: 'nobody_has_such_a_metric', values: [] },
    ])('$promql gives $values', async ({ promql, values }) => {
      counters.foresee(promql, values);
      const atMs = valueOf(await counters.source.now(NEVER));
      expect(valueOf(await counters.source.values({ promql, range: null }, atMs, NEVER))).toEqual(values);
    });

    test('what is no query is refused, for good', async () => {
      const answer = await counters.source.values({ promql: 'rate(', range: null }, beganMs, NEVER);
      expect(answer).toMatchObject({ ok: false, failure: { type: 'rejected', retryable: false } });
    });
  });
}
