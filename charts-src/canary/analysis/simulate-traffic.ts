import { binomial, geometric, poisson, type Random } from '../statistics/random.ts';
import type { ArmName, LatencyIncrement, RequestIncrement } from './sample.ts';

/** Requests to a service in a run, as chance makes them. */
export interface TrafficModel {
  readonly requestsPerSecond: number;
  /** How much the rate goes up and down around its mean in a wave as long as the run: 0.7 is by 70 %. */
  readonly wave: number;
  readonly pods: Readonly<Record<ArmName, number>>;
  /** Share of requests that fail. */
  readonly errorRate: Readonly<Record<ArmName, number>>;
  /** From here on the canary has its own rate; before, that of the stable version. */
  readonly canaryTurnsAtMs: number;
  /** How many errors one cause brings, in the mean, all in one second. */
  readonly burst: number;
  /** Whose errors they are: one pod's, or any of the arm's. */
  readonly burstsAt: 'pod' | 'arm';
  /** What fails in both arms for a while, from a moment by chance. */
  readonly outage: { readonly errorRate: number; readonly ms: number } | null;
  readonly scrapeMs: number;
  /** Whether proxies are scraped at once, or each at its own moment. */
  readonly scrapes: 'together' | 'scattered';
  /** Share of requests in each bucket of a histogram; null: latencies do not matter. */
  readonly latency: LatencyModel | null;
}

export interface LatencyModel {
  readonly boundsMs: readonly (number | null)[];
  readonly shares: Readonly<Record<ArmName, readonly number[]>>;
}

/** A step of the run as its traffic sees it. */
export interface TrafficStep {
  /** Share of the requests that the canary gets. */
  readonly share: number;
  readonly ms: number;
}

/** What was scraped between two looks. */
export interface Look {
  readonly untilMs: number;
  readonly step: number;
  readonly requests: readonly RequestIncrement[];
  readonly latencies: readonly LatencyIncrement[];
}

interface Pod {
  readonly arm: ArmName;
  readonly proxy: string;
  readonly phaseMs: number;
  scrapedMs: number;
  /** Since it was scraped: requests expected to succeed, to fail one by one, bursts expected, and errors that came. */
  served: number;
  failing: number;
  bursts: number;
  failed: number;
}

const TICK_MS = 1_000;

/** Plays a run: what is scraped of it, look by look. */
export function* simulateTraffic(
  model: TrafficModel,
  steps: readonly TrafficStep[],
  random: Random,
): Generator<Look, void, undefined> {
  const pods = (['stable', 'canary'] as const).map((arm) =>
    Array.from({ length: model.pods[arm] }, (_, index): Pod => {
      const phaseMs = model.scrapes === 'together' ? 0 : TICK_MS * Math.floor((random() * model.scrapeMs) / TICK_MS);
      const proxy = `${arm}-${index}`;
      return { arm, proxy, phaseMs, scrapedMs: phaseMs - model.scrapeMs, served: 0, failing: 0, bursts: 0, failed: 0 };
    }),
  );
  const all = pods.flat();
  const durationMs = steps.reduce((sum, { ms }) => sum + ms, 0);
  const outageMs = random() * 0.9 * durationMs;
  const wavePhase = random() * 2 * Math.PI;
  let scraped: RequestIncrement[] = [];
  let step = 0;
  let stepEndMs = steps[0]?.ms ?? 0;
  for (let nowMs = 0; nowMs < durationMs; nowMs += TICK_MS) {
    while (nowMs >= stepEndMs) stepEndMs += steps[++step]?.ms ?? Infinity;
    const share = steps[step]?.share ?? 0;
    const wave = 1 + model.wave * Math.sin(wavePhase + (2 * Math.PI * nowMs) / durationMs);
    const isOut = model.outage !== null && nowMs >= outageMs && nowMs < outageMs + model.outage.ms;
    for (const arm of pods) {
      const name = arm[0]?.arm ?? 'stable';
      const rate = (model.requestsPerSecond * wave * (name === 'canary' ? share : 1 - share) * TICK_MS) / 1_000;
      const own = nowMs >= model.canaryTurnsAtMs ? model.errorRate[name] : model.errorRate.stable;
      serve(arm, rate, isOut ? Math.max(own, model.outage.errorRate) : own, isOut ? 1 : model.burst, model, random);
    }
    const endMs = nowMs + TICK_MS;
    for (const pod of all)
      if ((endMs - pod.phaseMs) % model.scrapeMs === 0) scraped.push(scrape(pod, endMs, model.burst, random));
    if (endMs % model.scrapeMs !== 0) continue;
    const latencies = model.latency === null ? [] : timed(scraped, model.latency, random);
    yield { untilMs: endMs, step, requests: scraped, latencies };
    scraped = [];
  }
}

/**
 * One second of requests to the pods of an arm. Sums of Poisson numbers are Poisson numbers, and so are the failed ones
 * among them, so what one pod does by itself is drawn when it is scraped.
 */
function serve(
  pods: readonly Pod[],
  rate: number,
  errorRate: number,
  burst: number,
  model: TrafficModel,
  random: Random,
) {
  const failing = (rate * errorRate) / pods.length;
  for (const pod of pods) {
    pod.served += rate / pods.length - failing;
    if (burst <= 1) pod.failing += failing;
    else if (model.burstsAt === 'pod') pod.bursts += failing / burst;
  }
  if (burst <= 1 || model.burstsAt === 'pod') return;
  const bursts = poisson(random, (rate * errorRate) / burst);
  for (let count = 0; count < bursts; count += 1)
    for (let error = geometric(random, burst); error > 0; error -= 1) {
      const pod = pods[Math.floor(random() * pods.length)];
      if (pod !== undefined) pod.failed += 1;
    }
}

const NO_FLAGS: RequestIncrement['errorFlags'] = {};

function scrape(pod: Pod, nowMs: number, burst: number, random: Random): RequestIncrement {
  const { arm, proxy, scrapedMs: fromMs } = pod;
  let errors = pod.failed + poisson(random, pod.failing);
  for (let bursts = poisson(random, pod.bursts); bursts > 0; bursts -= 1) errors += geometric(random, burst);
  const requests = poisson(random, pod.served) + errors;
  pod.scrapedMs = nowMs;
  pod.served = pod.failing = pod.bursts = pod.failed = 0;
  return { arm, proxy, fromMs, toMs: nowMs, requests, errors, errorFlags: NO_FLAGS };
}

/** How long the requests took: each falls into a bucket by chance. */
function timed(
  requests: readonly RequestIncrement[],
  model: LatencyModel,
  random: Random,
): readonly LatencyIncrement[] {
  return requests.map(({ arm, proxy, fromMs, toMs, requests: total }) => {
    let left = total;
    let share = 1;
    const counts = model.shares[arm].map((part) => {
      const count = binomial(random, left, share > 0 ? Math.min(1, part / share) : 0);
      left -= count;
      share -= part;
      return count;
    });
    counts[counts.length - 1] = (counts.at(-1) ?? 0) + left;
    return { arm, proxy, fromMs, toMs, boundsMs: model.boundsMs, counts };
  });
}
