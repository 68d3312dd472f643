import { addSample } from '../../charts-src/canary/analysis/add-sample.ts';
import type { Analysis } from '../../charts-src/canary/analysis/analysis.ts';
import type { Evidence } from '../../charts-src/canary/analysis/evidence.ts';
import { judge } from '../../charts-src/canary/analysis/judge.ts';
import { readAnalysis } from '../../charts-src/canary/analysis/read-analysis.ts';
import type { Sample } from '../../charts-src/canary/analysis/sample.ts';
import {
  simulateTraffic,
  type Look,
  type TrafficModel,
  type TrafficStep,
} from '../../charts-src/canary/analysis/simulate-traffic.ts';
import { seededRandom } from '../../charts-src/canary/statistics/random.ts';

/** The plan of all cells: 10, 20, 30, 40 and 50 %, a minute each. */
export const STEPS: readonly TrafficStep[] = [0.1, 0.2, 0.3, 0.4, 0.5].map((share) => ({ share, ms: 60_000 }));

/** Fifty requests a second to two pods of each version, of which one in a thousand fails. */
export const QUIET: TrafficModel = {
  requestsPerSecond: 50,
  wave: 0,
  pods: { stable: 2, canary: 2 },
  errorRate: { stable: 0.001, canary: 0.001 },
  canaryTurnsAtMs: 0,
  burst: 1,
  burstsAt: 'pod',
  outage: null,
  scrapeMs: 15_000,
  scrapes: 'together',
  latency: null,
};

/** Ten times as many requests, to four times as many pods. */
export const BUSY: TrafficModel = { ...QUIET, requestsPerSecond: 500, pods: { stable: 8, canary: 8 } };

/** The analysis under test: failed requests alone, so that they have all of the chance of a false alarm. */
export function errorAnalysis(changes: Partial<Analysis> = {}): Analysis {
  const read = readAnalysis({ metrics: [{ errors: {} }] });
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  return { ...read.analysis, ...changes };
}

/** What was scraped, as a sample of the metric `success-rate` (and `latency`, where it was played). */
export const sampleOf = ({ untilMs, requests, latencies }: Look): Sample => ({
  at: new Date(untilMs).toISOString(),
  untilMs,
  metrics: {
    'success-rate': { type: 'errors', increments: requests, unattributed: [] },
    latency: { type: 'latency', increments: latencies },
  },
});

/** A way to judge a run: the second at which it is called bad, or null. */
export type Judge = (looks: readonly Look[]) => number | null;

/** weft's own judgement. */
export const weft =
  (analysis: Analysis): Judge =>
  (looks) => {
    let evidence: Evidence | null = null;
    for (const look of looks) {
      evidence = addSample(analysis, evidence, sampleOf(look), look.step);
      if (judge(analysis, evidence).verdict === 'bad') return look.untilMs / 1_000;
    }
    return null;
  };

/** What became of the runs of a cell. */
export interface Outcome {
  readonly runs: number;
  readonly bad: number;
  /** Second of the verdict in the middle run, counting those that never got one as the latest; null: most got none. */
  readonly median: number | null;
  readonly within: (seconds: number) => number;
}

/** Plays a cell: the same traffic for every judge. */
export function play<Name extends string>(
  model: TrafficModel,
  judges: Readonly<Record<Name, Judge>>,
  { runs, seed, steps = STEPS }: { readonly runs: number; readonly seed: number; readonly steps?: typeof STEPS },
): Readonly<Record<Name, Outcome>> {
  const names = Object.keys(judges) as Name[]; // Object.keys forgets the key type
  const times = new Map<Name, number[]>(names.map((name) => [name, []]));
  for (let run = 0; run < runs; run += 1) {
    const looks = [...simulateTraffic(model, steps, seededRandom(seed + run))];
    for (const name of names) {
      const at = judges[name](looks);
      if (at !== null) times.get(name)?.push(at);
    }
  }
  const outcomes = names.map((name): [Name, Outcome] => {
    const sorted = (times.get(name) ?? []).sort((one, other) => one - other);
    return [
      name,
      {
        runs,
        bad: sorted.length,
        median: sorted[Math.floor(runs / 2)] ?? null,
        within: (seconds) => sorted.filter((at) => at <= seconds).length,
      },
    ];
  });
  return Object.fromEntries(outcomes) as Record<Name, Outcome>; // one entry for each name
}

/** The upper end of the 95 % interval of a share, of which `hits` of `runs` were seen (Wilson 1927). */
export function upperBound(hits: number, runs: number): number {
  const z = 1.96;
  const share = hits / runs;
  const spread = z * Math.sqrt((share * (1 - share)) / runs + z ** 2 / (4 * runs ** 2));
  return (share + z ** 2 / (2 * runs) + spread) / (1 + z ** 2 / runs);
}
