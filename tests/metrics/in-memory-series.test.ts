import { inMemorySeries } from '../../scripts/metrics/in-memory-series.ts';
import { describeSeriesSource } from './series-source-contract.ts';

describeSeriesSource('in memory', () => {
  let nowMs = 1_000_000;
  const source = inMemorySeries(nowMs);
  return Promise.resolve({
    source,
    add: (metric, labels, by) => source.add(metric, labels, by),
    scraped: () => Promise.resolve(source.scrape((nowMs += 1_000))),
    foresee: (promql, values) => source.answer(promql, values),
    close: () => Promise.resolve(),
  });
});
