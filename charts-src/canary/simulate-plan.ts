import { addSample } from './analysis/add-sample.ts';
import type { Analysis, Metric } from './analysis/analysis.ts';
import type { Evidence } from './analysis/evidence.ts';
import { judge } from './analysis/judge.ts';
import type { Reading } from './analysis/sample.ts';
import { simulateTraffic, type LatencyModel, type Look, type TrafficModel } from './analysis/simulate-traffic.ts';
import type { Verdict } from './analysis/verdict.ts';
import { ALL } from './basis-points.ts';
import type { Plan, Policies, Step } from './plan.ts';
import type { Random } from './statistics/random.ts';

/** Requests to a service, as far as they matter to a plan. */
export interface ServiceTraffic {
  readonly requestsPerSecond: number;
  /** Share of the stable version's requests that fail. */
  readonly errorRate: number;
  /** Pods of each version. */
  readonly pods: number;
}

/** How a simulated run ended. */
export interface SimulatedRun {
  readonly outcome: 'promoted' | 'rolled-back' | 'waiting';
  readonly ms: number;
  /** Failed requests of the canary. */
  readonly errors: number;
}

/** A run that waits for evidence longer than this is counted as one that waits for ever. */
const PATIENCE_MS = 24 * 3_600_000;

/**
 * Plays a run of a plan against traffic that chance makes: the judgement is the real one, proxies and endpoints are
 * quick, and whoever is asked says yes at once.
 * @param canaryErrorRate share of the canary's requests that fail
 */
export function simulatePlan(
  plan: Plan,
  traffic: ServiceTraffic,
  canaryErrorRate: number,
  random: Random,
): SimulatedRun {
  const analysis = simulated(plan.analysis);
  const model = trafficModel(traffic, canaryErrorRate, analysis);
  let evidence: Evidence | null = null;
  let ms = 0;
  let errors = 0;
  for (const [index, step] of plan.steps.entries()) {
    for (let heldMs = 0; ;) {
      if (analysis === null) {
        ms += step.holdMs;
        break;
      }
      const look = oneLook(model, step, random);
      ms += model.scrapeMs;
      heldMs += model.scrapeMs;
      errors += canaryErrors(look);
      evidence = addSample(analysis, evidence, { at: '', untilMs: ms, metrics: readings(analysis, look, ms) }, index);
      const turn = turnOf(judge(analysis, evidence), step, heldMs, plan.policies);
      if (turn === 'back') return { outcome: 'rolled-back', ms, errors };
      if (turn === 'on') break;
      if (turn === 'never' || heldMs > PATIENCE_MS) return { outcome: 'waiting', ms, errors };
    }
  }
  return { outcome: 'promoted', ms, errors };
}

/** What a verdict means for a step that was held so long. */
function turnOf(
  { verdict }: Verdict,
  { holdMs, analysed }: Step,
  heldMs: number,
  { bad, undecided, noEvidence }: Policies,
): 'on' | 'back' | 'wait' | 'never' {
  if (verdict === 'bad') return bad === 'rollback' ? 'back' : 'never';
  if (heldMs < holdMs) return 'wait';
  if (!analysed || verdict === 'good') return 'on';
  if (verdict === 'both-bad') return 'wait';
  const { afterMs, then } = verdict === 'undecided' ? undecided : noEvidence;
  if (then === 'hold' || heldMs < holdMs + afterMs) return 'wait';
  return then === 'proceed' ? 'on' : then === 'rollback' ? 'back' : 'never';
}

const isSimulated = ({ type }: Metric): boolean => type === 'errors' || type === 'latency';

/** The analysis without what nobody can simulate: queries, web and command checks count as passed. */
function simulated(analysis: Analysis | null): Analysis | null {
  const [first, ...others] = (analysis?.metrics ?? []).filter(isSimulated);
  return analysis === null || first === undefined
    ? null
    : { ...analysis, metrics: [first, ...others], initialDelayMs: analysis.initialDelayMs };
}

/** Names of metrics that {@link simulatePlan} leaves out. */
export const leftOut = ({ analysis }: Pick<Plan, 'analysis'>): readonly string[] =>
  (analysis?.metrics ?? []).filter((metric) => !isSimulated(metric)).map(({ name }) => name);

function trafficModel(
  { requestsPerSecond, errorRate, pods }: ServiceTraffic,
  canaryErrorRate: number,
  analysis: Analysis | null,
): TrafficModel {
  return {
    requestsPerSecond,
    wave: 0,
    pods: { stable: pods, canary: pods },
    errorRate: { stable: errorRate, canary: canaryErrorRate },
    canaryTurnsAtMs: 0,
    burst: 1,
    burstsAt: 'pod',
    outage: null,
    scrapeMs: analysis?.intervalMs ?? 1_000,
    scrapes: 'together',
    latency: analysis?.metrics.some(({ type }) => type === 'latency') ? LATENCY : null,
  };
}

/** Buckets as Istio has them, and requests that take some 10 ms with a tail: the same in both versions. */
const LATENCY: LatencyModel = {
  boundsMs: [1, 5, 10, 25, 50, 100, 250, 500, 1_000, null],
  shares: latencyShares(),
};

function latencyShares(): LatencyModel['shares'] {
  const shares = [0.02, 0.18, 0.3, 0.3, 0.12, 0.05, 0.02, 0.007, 0.002, 0.001];
  return { stable: shares, canary: shares };
}

/** What is scraped in one look at a step. */
function oneLook(model: TrafficModel, { weight }: Step, random: Random): Look {
  const [look] = simulateTraffic(model, [{ share: weight / ALL, ms: model.scrapeMs }], random);
  return look ?? { untilMs: model.scrapeMs, step: 0, requests: [], latencies: [] };
}

const canaryErrors = ({ requests }: Look): number =>
  requests.reduce((sum, { arm, errors }) => sum + (arm === 'canary' ? errors : 0), 0);

function readings(analysis: Analysis, { untilMs, requests, latencies }: Look, nowMs: number): Record<string, Reading> {
  // A look is played from 0 on, whenever it is.
  const shift = nowMs - untilMs;
  const later = <I extends { readonly fromMs: number; readonly toMs: number }>(increment: I): I => ({
    ...increment,
    fromMs: increment.fromMs + shift,
    toMs: increment.toMs + shift,
  });
  return Object.fromEntries(
    analysis.metrics.map(({ name, type }): [string, Reading] => [
      name,
      type === 'latency'
        ? { type, increments: latencies.map(later) }
        : { type: 'errors', increments: requests.map(later), unattributed: [] },
    ]),
  );
}
