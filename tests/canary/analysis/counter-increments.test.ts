import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { counterIncrements, type CounterSeries } from '../../../charts-src/canary/analysis/counter-increments.ts';

const EVERY_MS = 15_000;

/** Values of a counter at scrapes 0, 1, 2 …; null: it was not there. */
const series = (labels: string, values: readonly (number | null)[], proxy = 'p'): CounterSeries<string> => ({
  labels,
  proxy,
  samples: values.flatMap((value, scrape) => (value === null ? [] : [{ atMs: scrape * EVERY_MS, value }])),
});

const grown = (all: readonly CounterSeries<string>[], sinceScrape = 0) =>
  counterIncrements(all, sinceScrape * EVERY_MS).map(({ labels, by, fromMs, toMs }) => [
    labels,
    fromMs / EVERY_MS,
    toMs / EVERY_MS,
    by,
  ]);

describe('counters', () => {
  test.each<{ name: string; all: CounterSeries<string>[]; since?: number; by: unknown[] }>([
    {
      name: 'grow',
      all: [series('a', [10, 12, 12, 20])],
      by: [
        ['a', 0, 1, 2],
        ['a', 1, 2, 0],
        ['a', 2, 3, 8],
      ],
    },
    { name: 'count from where the last look ended', all: [series('a', [10, 12, 15])], since: 1, by: [['a', 1, 2, 3]] },
    {
      name: 'begin again at 0',
      all: [series('a', [10, 4, 6])],
      by: [
        ['a', 0, 1, 4],
        ['a', 1, 2, 2],
      ],
    },
    {
      name: 'begin again together, also those that are higher than before',
      all: [series('a', [100, 5]), series('b', [2, 3])],
      by: [
        ['a', 0, 1, 5],
        ['b', 0, 1, 3],
      ],
    },
    {
      name: 'begin again together, also those that are seen only later',
      all: [series('a', [100, 5, 9]), series('b', [2, null, 3])],
      by: [
        ['a', 0, 1, 5],
        ['a', 1, 2, 4],
        ['b', 0, 2, 3],
      ],
    },
    {
      name: 'of other proxies go on',
      all: [series('a', [100, 5]), series('b', [2, 3], 'q')],
      by: [
        ['a', 0, 1, 5],
        ['b', 0, 1, 1],
      ],
    },
    {
      name: 'of a first failure begin at 0',
      all: [series('ok', [5, 9]), series('bad', [null, 3])],
      by: [
        ['ok', 0, 1, 4],
        ['bad', 0, 1, 3],
      ],
    },
    { name: 'of an unknown proxy do not count at first', all: [series('a', [1_000])], since: -1, by: [] },
    {
      name: 'of a new pod count from its start',
      all: [series('old', [0, 0, 0, 0, 0, 0, 0]), series('new', [null, null, null, null, null, 40, 50], 'q')],
      since: 5,
      by: [
        ['old', 5, 6, 0],
        ['new', 5, 6, 10],
      ],
    },
    { name: 'over a gap count in one', all: [series('a', [1, null, null, 9])], by: [['a', 0, 3, 8]] },
    {
      name: 'that vanish say no more',
      all: [series('a', [1, 2, null, null]), series('b', [1, 1, 1, 1])],
      since: 1,
      by: [
        ['b', 1, 2, 0],
        ['b', 2, 3, 0],
      ],
    },
    { name: 'that are no numbers are left out', all: [series('a', [1, NaN, Infinity, -4, 5])], by: [['a', 0, 4, 4]] },
    { name: 'that are nowhere', all: [], by: [] },
  ])('$name', ({ all, since, by }) => {
    expect(grown(all, since)).toEqual(by);
  });

  test('that were read twice, or in no order, count once', () => {
    const samples = [
      { atMs: 30_000, value: 7 },
      { atMs: 0, value: 1 },
      { atMs: 15_000, value: 3 },
      { atMs: 15_000, value: 3 },
      { atMs: 15_000, value: 99 },
    ];
    expect(grown([{ labels: 'a', proxy: 'p', samples }])).toEqual([
      ['a', 0, 1, 2],
      ['a', 1, 2, 4],
    ]);
  });

  test('whatever happens between them, all that was sent after the first scrape is counted once', () => {
    const event = fc.oneof(
      {
        weight: 6,
        arbitrary: fc.record({
          type: fc.constant('send' as const),
          code: fc.constantFrom('200', '500', '503'),
          count: fc.integer({ min: 1, max: 50 }),
        }),
      },
      { weight: 4, arbitrary: fc.record({ type: fc.constant('scrape' as const) }) },
      { weight: 1, arbitrary: fc.record({ type: fc.constant('restart' as const) }) },
    );
    fc.assert(
      fc.property(fc.array(event, { maxLength: 60 }), (events) => {
        const samples = new Map<string, { atMs: number; value: number }[]>();
        // A scrape has to show that the proxy is a new process: an uptime falls, as the count of 200 may not.
        let live = new Map<string, number>([['up', 0]]);
        let scrape = 0;
        let unscraped = 0;
        let sent = 0;
        const read = () => {
          scrape += 1;
          live.set('up', (live.get('up') ?? 0) + 1);
          for (const [code, value] of live)
            samples.set(code, [...(samples.get(code) ?? []), { atMs: scrape * EVERY_MS, value }]);
          sent += unscraped;
          unscraped = 0;
        };
        live.set('200', 5);
        read();
        sent = 0;
        let isFresh = false;
        for (const one of events) {
          if (one.type === 'send') {
            live.set(one.code, (live.get(one.code) ?? 0) + one.count);
            unscraped += one.count;
          } else if (one.type === 'scrape') {
            read();
            isFresh = false;
          } else if (!isFresh && scrape > 1) {
            // What was not scraped before the end of a process is lost. Two ends between two scrapes look like one.
            unscraped = 0;
            live = new Map([['up', -1]]);
            isFresh = true;
          }
        }
        // The counter that tells processes apart goes down with each of them.
        const all = [...samples].map(([labels, of]) => ({
          labels,
          proxy: 'p',
          samples: of.map((sample) => (labels === 'up' ? { ...sample, value: sample.value + 1 } : sample)),
        }));
        const counted = counterIncrements(all, EVERY_MS)
          .filter(({ labels }) => labels !== 'up')
          .reduce((sum, { by }) => sum + by, 0);
        expect(counted).toBe(sent);
      }),
      { seed: 20_261_127, numRuns: 500 },
    );
  });
});
