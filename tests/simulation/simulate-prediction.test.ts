import { expect, test } from 'vitest';
import { addSample } from '../../charts-src/canary/analysis/add-sample.ts';
import { judge } from '../../charts-src/canary/analysis/judge.ts';
import { isOver } from '../../charts-src/canary/rollout.ts';
import { simulatePlan, type ServiceTraffic, type SimulatedRun } from '../../charts-src/canary/simulate-plan.ts';
import { poisson, seededRandom } from '../../charts-src/canary/statistics/random.ts';
import { run } from '../../scripts/canary/run.ts';
import { inMemorySeries } from '../../scripts/metrics/in-memory-series.ts';
import { readMetrics } from '../../scripts/metrics/read-metrics.ts';
import { canaryMesh, HOST, plan } from '../support/canary-mesh.ts';
import { errorAnalysis } from './played-run.ts';

// B18: what `weft canary simulate` foretells is what comes of runs: the driver with its own clock, steps, proxies and
// endpoints, reading counters that are scraped every 15 s as it reads those of Prometheus.
const SEED = 20_261_127;
const RUNS = 200;
const SCRAPE_MS = 15_000;
const PLAN = plan({ steps: [10, 20, 30, 40, 50], analysis: errorAnalysis(), drainMs: 0 });
const TRAFFIC: ServiceTraffic = { requestsPerSecond: 50, errorRate: 0.001, pods: 2 };

const ARMS = [
  { arm: 'stable', version: 'v1' },
  { arm: 'canary', version: 'v2' },
] as const;

/** A run by the driver. Time that it takes until its verdict, or until its promotion. */
async function driven(canaryErrorRate: number, seed: number): Promise<SimulatedRun> {
  const mesh = canaryMesh();
  const { clock } = mesh;
  const series = inMemorySeries();
  const random = seededRandom(seed);
  const over = new AbortController();
  const expected = { stable: 0, canary: 0 };
  const add = (version: string, pod: number, code: string, by: number): void =>
    series.add(
      'istio_requests_total',
      {
        reporter: 'destination',
        destination_service: HOST,
        destination_version: version,
        response_code: code,
        response_flags: '-',
        namespace: 'shop',
        pod: `${version}-${pod}`,
      },
      by,
    );
  let errors = 0;
  const serve = (pods: readonly number[]): void => {
    for (const { arm, version } of ARMS)
      for (const pod of pods) {
        const mean = expected[arm] / pods.length;
        const rate = arm === 'canary' ? canaryErrorRate : TRAFFIC.errorRate;
        const failed = poisson(random, mean * rate);
        add(version, pod, '200', poisson(random, mean * (1 - rate)));
        add(version, pod, '503', failed);
        if (arm === 'canary') errors += failed;
      }
    expected.stable = 0;
    expected.canary = 0;
  };
  const scraping = (async () => {
    const pods = Array.from({ length: TRAFFIC.pods }, (_, pod) => pod);
    serve(pods);
    series.scrape(0);
    for (let atMs = 1_000; !over.signal.aborted; atMs += 1_000) {
      const share = (mesh.weights()[0] ?? 0) / 100;
      await clock.sleep(atMs - clock.monotonicMs(), over.signal);
      expected.canary += TRAFFIC.requestsPerSecond * share;
      expected.stable += TRAFFIC.requestsPerSecond * (1 - share);
      if (atMs % SCRAPE_MS !== 0) continue;
      serve(pods);
      series.scrape(atMs);
    }
  })();
  const wallMs = (): number => clock.monotonicMs();
  const source = { ...series, now: async () => ({ ok: true, value: wallMs() }) as const };
  // Before a run there is a service that has requests, and nobody knows when it is scraped.
  const begun = clock.sleep((4 + random()) * SCRAPE_MS, over.signal).then(() =>
    run({
      ports: { ...mesh.ports(), metrics: readMetrics({ series: source, wallMs }) },
      assess: { addSample, judge },
      plan: PLAN,
      signal: new AbortController().signal,
      report: () => undefined,
      warn: () => undefined,
    }),
  );
  const ending = await clock.until(begun);
  over.abort();
  await scraping;
  if (!('rollout' in ending) || !isOver(ending.rollout)) throw new Error(`seed ${seed}: ${ending.ending}`);
  const { rollout } = ending;
  const end = rollout.history.find(({ event }) => event === 'promoted' || event === 'rolled-back');
  return {
    outcome: rollout.phase === 'Promoted' ? 'promoted' : 'rolled-back',
    ms: Date.parse(end?.at ?? '') - Date.parse(rollout.startedAt),
    errors,
  };
}

const foretold = (canaryErrorRate: number): readonly SimulatedRun[] => {
  const random = seededRandom(SEED);
  return Array.from({ length: RUNS }, () => simulatePlan(PLAN, TRAFFIC, canaryErrorRate, random));
};

const median = (values: readonly number[]): number =>
  [...values].sort((one, other) => one - other)[Math.floor(values.length / 2)] ?? Number.NaN;

const share = (runs: readonly SimulatedRun[]): number =>
  runs.filter(({ outcome }) => outcome === 'rolled-back').length / runs.length;

test.each([
  { name: 'no worse', times: 1 },
  { name: '3 times as many errors', times: 3 },
  { name: '9 times as many errors', times: 9 },
  { name: '50 times as many errors', times: 50 },
])(`simulate foretells ${RUNS} runs of the driver within 20 %: $name (seeds from ${SEED})`, async ({ name, times }) => {
  const rate = TRAFFIC.errorRate * times;
  const predicted = foretold(rate);
  const runs: SimulatedRun[] = [];
  for (let index = 0; index < RUNS; index += 1) runs.push(await driven(rate, SEED + index));
  const ms = { predicted: median(predicted.map((one) => one.ms)), runs: median(runs.map((one) => one.ms)) };
  const found = { predicted: share(predicted), runs: share(runs) };
  const errors = {
    predicted: median(predicted.map((one) => one.errors)),
    runs: median(runs.map((one) => one.errors)),
  };
  process.stdout.write(`${name}: ${JSON.stringify({ ms, found, errors })}\n`);
  expect(Math.abs(ms.predicted / ms.runs - 1)).toBeLessThanOrEqual(0.2);
  expect(Math.abs(found.predicted - found.runs)).toBeLessThanOrEqual(0.2 * Math.max(found.runs, 0.05));
  expect(Math.abs(errors.predicted - errors.runs)).toBeLessThanOrEqual(Math.max(2, 0.2 * errors.runs));
});
