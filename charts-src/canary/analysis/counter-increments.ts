/** One counter at one scraped proxy, as it was read. */
export interface CounterSeries<Labels> {
  readonly labels: Labels;
  /** The proxy that was scraped: all its counters begin at 0 together. */
  readonly proxy: string;
  readonly samples: readonly CounterSample[];
}

export interface CounterSample {
  readonly atMs: number;
  readonly value: number;
}

/** By how much a counter grew between two scrapes. */
export interface CounterIncrement<Labels> {
  readonly labels: Labels;
  readonly proxy: string;
  readonly fromMs: number;
  readonly toMs: number;
  readonly by: number;
}

/**
 * What counters grew by, scrape by scrape, after `sinceMs`. Where one counter of a proxy fell, all of them began again
 * at 0: it was restarted. One that was not there at the proxy's scrape before began at 0 too: that is how a first failure looks. Of
 * a proxy that was never seen before only what it does from now on counts, unless others were seen before it came: then
 * it is new. What is no number, and what was read twice, is left out.
 */
export function counterIncrements<Labels>(
  series: readonly CounterSeries<Labels>[],
  sinceMs: number,
): readonly CounterIncrement<Labels>[] {
  const clean = series.map((one) => ({ ...one, samples: readable(one.samples) }));
  const scrapes = scrapesByProxy(clean);
  const restarts = restartsByProxy(clean);
  const oldestMs = Math.min(...[...scrapes.values()].map((times) => times[0] ?? Infinity));
  const increments: CounterIncrement<Labels>[] = [];
  for (const { labels, proxy, samples } of clean) {
    const begun = restarts.get(proxy) ?? [];
    let before = origin(samples[0], scrapes.get(proxy) ?? [], oldestMs);
    for (const sample of samples) {
      const last = before;
      if (last !== undefined && sample.atMs > sinceMs) {
        const isNew = begun.some((atMs) => atMs > last.atMs && atMs <= sample.atMs);
        const by = isNew ? sample.value : sample.value - last.value;
        increments.push({ labels, proxy, fromMs: last.atMs, toMs: sample.atMs, by });
      }
      before = sample;
    }
  }
  return increments;
}

/** Where a counter began that is not followed from before. */
function origin(
  first: CounterSample | undefined,
  scrapes: readonly number[],
  oldestMs: number,
): CounterSample | undefined {
  if (first === undefined) return undefined;
  const place = scrapes.indexOf(first.atMs);
  const previousMs = scrapes[place - 1];
  if (previousMs !== undefined) return { atMs: previousMs, value: 0 };
  // The proxy's own first scrape. Its distance to the next one is how often it is scraped.
  const every = (scrapes[1] ?? first.atMs) - first.atMs;
  return first.atMs > oldestMs + Math.max(every, NEW_AFTER_MS) ? { atMs: first.atMs - every, value: 0 } : undefined;
}

/** A proxy is new when others were scraped so long before it: longer than between two scrapes of one. */
const NEW_AFTER_MS = 60_000;

function readable(samples: readonly CounterSample[]): readonly CounterSample[] {
  const kept: CounterSample[] = [];
  for (const sample of [...samples].sort((one, other) => one.atMs - other.atMs)) {
    if (!Number.isFinite(sample.value) || sample.value < 0) continue;
    // Of two readings at one moment the first one counts.
    if (kept.at(-1)?.atMs !== sample.atMs) kept.push(sample);
  }
  return kept;
}

function scrapesByProxy(series: readonly CounterSeries<unknown>[]): ReadonlyMap<string, readonly number[]> {
  const times = new Map<string, Set<number>>();
  for (const { proxy, samples } of series) {
    const known = times.get(proxy) ?? new Set<number>();
    for (const { atMs } of samples) known.add(atMs);
    times.set(proxy, known);
  }
  return new Map([...times].map(([proxy, seen]) => [proxy, [...seen].sort((one, other) => one - other)]));
}

/** At which scrapes a proxy was found to have begun again since the one before. */
function restartsByProxy(series: readonly CounterSeries<unknown>[]): ReadonlyMap<string, readonly number[]> {
  const restarts = new Map<string, number[]>();
  for (const { proxy, samples } of series)
    samples.forEach(({ atMs, value }, index) => {
      if (value >= (samples[index - 1]?.value ?? 0)) return;
      restarts.set(proxy, [...(restarts.get(proxy) ?? []), atMs]);
    });
  return restarts;
}
