import { learnBurstiness, NOTHING_LEARNED } from '../statistics/burstiness.ts';
import { limitCapital, NO_LIMIT, testLimit } from '../statistics/limit.ts';
import type { QuantileTarget } from './analysis.ts';
import { finiteBounds, slowerThan } from './buckets.ts';
import type { LatencyTarget } from './evidence.ts';
import { isCleanHold, SIGN_OF_HARM, type Circumstances, type Judgement } from './metric-judgement.ts';
import type { LatencyIncrement } from './sample.ts';
import { addTotals, NO_TOTALS, rateOf } from './totals.ts';
import { figure, share } from './words.ts';

/** Adds a sample to a limit for a quantile: requests above the nearest bound that is not above the limit. */
export function addLatencyTarget(
  before: LatencyTarget | undefined,
  increments: readonly LatencyIncrement[],
  rule: QuantileTarget,
  { isNewStep, isCounted }: { readonly isNewStep: boolean; readonly isCounted: boolean },
): LatencyTarget | undefined {
  const [first] = increments;
  const boundMs =
    before?.boundMs ?? (first && finiteBounds(first).findLast((bound) => bound <= rule.maximumMs)) ?? undefined;
  if (boundMs === undefined) return before;
  const scrape = slowerThan(increments, boundMs);
  const known = before ?? { ...NO_TOTALS, canary: NO_LIMIT, stable: NO_LIMIT, burstiness: NOTHING_LEARNED };
  const totals = addTotals(known, scrape, isNewStep);
  const { canary, stable, burstiness } = known;
  if (!isCounted) return { ...totals, boundMs, canary, stable, burstiness };
  const learned = learnBurstiness(burstiness, scrape);
  const allowed = 1 - rule.quantile;
  return {
    ...totals,
    boundMs,
    canary: testLimit(canary, scrape.canary, allowed, scrape, learned),
    stable: testLimit(stable, scrape.stable, allowed, scrape, learned),
    burstiness: learned,
  };
}

/** What the limit says. When the stable version misses it too, nobody is to blame. */
export function judgeLatencyTarget(evidence: LatencyTarget, rule: QuantileTarget, at: Circumstances): Judgement {
  const { run, step, boundMs } = evidence;
  const goal = -Math.log(at.falseAlarm);
  const allowed = 1 - rule.quantile;
  const capital = limitCapital(evidence.canary);
  const figures = {
    canaryRequests: run.canary.requests,
    canarySlow: run.canary.events,
    stableRequests: run.stable.requests,
    stableSlow: run.stable.events,
    boundMs,
    evidence: figure(capital),
    goal: figure(1 / at.falseAlarm),
  };
  const rate = rateOf(run.canary);
  const seen = `${rate === null ? 'none' : share(rate)} of the canary's requests took longer than ${boundMs} ms, and ${share(allowed)} may`;
  if (evidence.canary.peak >= goal)
    return evidence.stable.peak >= goal
      ? { verdict: 'both-bad', why: `the stable version misses the limit too: ${seen}`, figures }
      : { verdict: 'bad', why: `the canary misses the limit: ${seen}`, figures };
  const stepRate = rateOf(step.canary);
  if (stepRate === null) return { verdict: 'no-evidence', why: 'no requests reached the canary in this step', figures };
  if (stepRate <= allowed && capital < SIGN_OF_HARM && isCleanHold(at, step.canary.requests))
    return { verdict: 'good', why: `within the limit: ${seen}`, figures };
  return { verdict: 'undecided', why: `too little to tell: ${seen}`, figures };
}
