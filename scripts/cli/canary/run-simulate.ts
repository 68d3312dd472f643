import type { Plan } from '../../../charts-src/canary/plan.ts';
import {
  leftOut,
  simulatePlan,
  type ServiceTraffic,
  type SimulatedRun,
} from '../../../charts-src/canary/simulate-plan.ts';
import { seededRandom } from '../../../charts-src/canary/statistics/random.ts';
import { exitCode, type ExitCode } from '../exit-code.ts';
import { Failure } from '../failure.ts';
import type { World } from '../world.ts';
import { contextNamespace } from './context-namespace.ts';
import { durationText } from './duration-text.ts';
import type { ClusterOptions, MetricsOptions, PlanOptions } from './given-options.ts';
import { requestedPlan } from './requested-plan.ts';

/** Options of `weft canary simulate`. */
export interface SimulateOptions extends PlanOptions, ClusterOptions, MetricsOptions {
  readonly rate: string | undefined;
  readonly errors: string | undefined;
  readonly pods: string | undefined;
  readonly runs: string | undefined;
  readonly seed: string | undefined;
  readonly history: string | undefined;
  readonly format: 'text' | 'json';
}

/** The document that `weft canary simulate -o json` prints. */
export interface CanarySimulation {
  readonly schemaVersion: 1;
  readonly kind: 'CanarySimulation';
  readonly traffic: ServiceTraffic;
  readonly runs: number;
  readonly seed: number;
  /** Metrics that nobody can simulate: they count as passed. */
  readonly leftOut: readonly string[];
  /** A version that is no worse. */
  readonly noWorse: Result;
  /** Versions that fail so many times as often as the stable one. */
  readonly worse: readonly (Result & { readonly times: number; readonly errorRate: number })[];
  /** How many times as often a version has to fail to be found nine times of ten; null: none of these is. */
  readonly smallestFound: number | null;
}

/** What became of many runs. */
interface Result {
  /** Shares of the runs. */
  readonly promoted: number;
  readonly rolledBack: number;
  readonly waiting: number;
  /** Of the runs that ended: the middle one, and nine of ten; null: none ended. */
  readonly duration: { readonly median: string; readonly ninety: string } | null;
  /** Failed requests of the new version in the middle run. */
  readonly errors: number;
}

/** How much worse versions are. */
const TIMES = [1.5, 2, 3, 5, 10, 20, 50] as const;
const FOUND = 0.9;

/** Plays a plan many times, and says how that went. */
export async function runSimulate(options: SimulateOptions, world: World): Promise<ExitCode> {
  const plan = await requestedPlan(options, await contextNamespace(options, world), world);
  const runs = numberOf('--runs', options.runs, { fallback: 200, min: 1, max: 100_000 });
  const seed = numberOf('--seed', options.seed, { fallback: 1, min: 0, max: 2 ** 32 });
  const traffic = await trafficOf(plan, options, world);
  const play = (errorRate: number): Result => {
    const random = seededRandom(seed);
    return resultOf(Array.from({ length: runs }, () => simulatePlan(plan, traffic, errorRate, random)));
  };
  const worse = TIMES.map((times) => ({ times, errorRate: traffic.errorRate * times }))
    .filter(({ errorRate }) => errorRate < 1)
    .map(({ times, errorRate }) => ({ times, errorRate, ...play(errorRate) }));
  const report: CanarySimulation = {
    schemaVersion: 1,
    kind: 'CanarySimulation',
    traffic,
    runs,
    seed,
    leftOut: leftOut(plan),
    noWorse: play(traffic.errorRate),
    worse,
    smallestFound: worse.find(({ rolledBack }) => rolledBack >= FOUND)?.times ?? null,
  };
  world.out(options.format === 'json' ? `${JSON.stringify(report, null, 2)}\n` : simulationText(report, plan));
  return exitCode.ok;
}

async function trafficOf(plan: Plan, options: SimulateOptions, world: World): Promise<ServiceTraffic> {
  const { rate, errors, pods, history } = options;
  if (history !== undefined) {
    const { trafficHistory } = await import('./traffic-history.ts');
    const learned = await trafficHistory(plan, { ...options, history }, world);
    return {
      requestsPerSecond: numberOf('--rate', rate, { fallback: learned.requestsPerSecond, min: 0, max: 1e7 }),
      errorRate: numberOf('--errors', errors, { fallback: learned.errorRate * 100, min: 0, max: 100 }) / 100,
      pods: numberOf('--pods', pods, { fallback: learned.pods, min: 1, max: 10_000 }),
    };
  }
  if (rate === undefined)
    throw new Failure(
      'say how many requests come: --rate 50 (a second, both versions), or --history 7d to learn it from Prometheus',
    );
  return {
    requestsPerSecond: numberOf('--rate', rate, { fallback: 0, min: 0, max: 1e7 }),
    errorRate: numberOf('--errors', errors, { fallback: 0.1, min: 0, max: 100 }) / 100,
    pods: numberOf('--pods', pods, { fallback: 2, min: 1, max: 10_000 }),
  };
}

function numberOf(
  option: string,
  text: string | undefined,
  { fallback, min, max }: { readonly fallback: number; readonly min: number; readonly max: number },
): number {
  if (text === undefined) return fallback;
  const value = /^\d+(?:\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= min && value <= max))
    throw new Failure(`${option} ${JSON.stringify(text)} is no number from ${min} to ${max}`);
  return value;
}

function resultOf(runs: readonly SimulatedRun[]): Result {
  const share = (outcome: SimulatedRun['outcome']): number =>
    runs.filter((run) => run.outcome === outcome).length / runs.length;
  const ended = runs.filter(({ outcome }) => outcome !== 'waiting').map(({ ms }) => ms);
  return {
    promoted: share('promoted'),
    rolledBack: share('rolled-back'),
    waiting: share('waiting'),
    duration:
      ended.length === 0
        ? null
        : { median: durationText(quantile(ended, 0.5)), ninety: durationText(quantile(ended, 0.9)) },
    errors: quantile(
      runs.map(({ errors }) => errors),
      0.5,
    ),
  };
}

const quantile = (values: readonly number[], at: number): number =>
  [...values].sort((one, other) => one - other)[Math.min(values.length - 1, Math.floor(values.length * at))] ?? 0;

function simulationText(
  { traffic, runs, seed, noWorse, worse, smallestFound, leftOut: out }: CanarySimulation,
  plan: Plan,
): string {
  const percent = (share: number): string => `${Math.round(share * 1_000) / 10} %`;
  const line = (what: string, { promoted, rolledBack, waiting, duration, errors }: Result): string =>
    `  ${what.padEnd(24)}${percent(promoted).padStart(9)}${percent(rolledBack).padStart(13)}${percent(waiting).padStart(9)}` +
    `${(duration?.median ?? '-').padStart(9)}${(duration?.ninety ?? '-').padStart(9)}${String(Math.round(errors)).padStart(9)}`;
  const lines = [
    `${traffic.requestsPerSecond} requests a second, ${percent(traffic.errorRate)} of them fail, ${traffic.pods} pods of each version; ${runs} runs, seed ${seed}`,
    '',
    `  ${'the new version'.padEnd(24)}${'promoted'.padStart(9)}${'rolled back'.padStart(13)}${'waits'.padStart(9)}${'median'.padStart(9)}${'90 %'.padStart(9)}${'errors'.padStart(9)}`,
    line('is no worse', noWorse),
    ...worse.map(({ times, errorRate, ...result }) => line(`fails ${times} times (${percent(errorRate)})`, result)),
    '',
    plan.analysis === null
      ? 'The plan looks at no metrics, so it finds nothing.'
      : smallestFound === null
        ? 'None of these is found nine times of ten.'
        : `Found nine times of ten: a version that fails ${smallestFound} times as often.`,
    ...(out.length > 0 ? [`Taken as passed, because it cannot be simulated: ${out.join(', ')}.`] : []),
  ];
  return `${lines.join('\n')}\n`;
}
