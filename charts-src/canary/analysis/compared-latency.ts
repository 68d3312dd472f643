import { logSum, kept } from '../statistics/logarithms.ts';
import { compare, NO_COMPARISON } from '../statistics/comparison.ts';
import type { Analysis, ComparedShift } from './analysis.ts';
import { finiteBounds, histogram, quantileOf, slowerThan } from './buckets.ts';
import type { ComparedLatency } from './evidence.ts';
import { isCleanHold, SIGN_OF_HARM, type Circumstances, type Judgement } from './metric-judgement.ts';
import type { LatencyIncrement } from './sample.ts';
import { figure, number, share } from './words.ts';

const added = (one: readonly number[], other: readonly number[]): readonly number[] =>
  other.map((count, at) => count + (one[at] ?? 0));

const total = (counts: readonly number[]): number => counts.reduce((sum, count) => sum + count, 0);

/** Adds a sample to the comparison of latencies: at each bound of the histogram, requests that are slower. */
export function addComparedLatency(
  before: ComparedLatency | undefined,
  increments: readonly LatencyIncrement[],
  { burst }: Pick<Analysis, 'burst'>,
  { isNewStep, isCounted }: { readonly isNewStep: boolean; readonly isCounted: boolean },
): ComparedLatency | undefined {
  const [first] = increments;
  if (before === undefined && first === undefined) return undefined;
  const boundsMs = before?.boundsMs ?? (first === undefined ? [] : finiteBounds(first));
  const canary = histogram(increments, 'canary', boundsMs);
  const stable = histogram(increments, 'stable', boundsMs);
  const look = { canary: total(canary), stable: total(stable) };
  const step = isNewStep || before === undefined ? { canary: 0, stable: 0 } : before.step;
  return {
    boundsMs,
    canary: added(before?.canary ?? [], canary),
    stable: added(before?.stable ?? [], stable),
    step: { canary: step.canary + look.canary, stable: step.stable + look.stable },
    look,
    comparisons: boundsMs.map((boundMs, at) => {
      const comparison = before?.comparisons[at] ?? NO_COMPARISON;
      return isCounted ? compare(comparison, slowerThan(increments, boundMs), burst) : comparison;
    }),
  };
}

/** Share of the requests that took longer than the bound at this place. */
function slowShare(counts: readonly number[], bound: number): number {
  const requests = total(counts);
  return requests > 0 ? total(counts.slice(bound + 1)) / requests : 0;
}

/** What the comparison says: bad is what is surely slower at some bound, and by more than the plan tolerates. */
export function judgeComparedLatency(evidence: ComparedLatency, rule: ComparedShift, at: Circumstances): Judgement {
  const { boundsMs, comparisons } = evidence;
  const shifts = boundsMs.map((_, bound) => slowShare(evidence.canary, bound) - slowShare(evidence.stable, bound));
  const largest = shifts.reduce((most, shift, bound) => (shift > (shifts[most] ?? -1) ? bound : most), 0);
  // Each bound gets the same part of the chance of a false alarm.
  const part = Math.log(boundsMs.length);
  const goal = -Math.log(at.falseAlarm);
  const worst = comparisons
    .map(({ peak }, bound) => ({ bound, peak: kept(peak - part), shift: shifts[bound] ?? 0 }))
    .filter(({ peak, shift }) => peak >= goal && shift > rule.toleratedShift)
    .reduce<{ readonly bound: number; readonly shift: number } | undefined>(
      (one, other) => (one === undefined || other.shift > one.shift ? other : one),
      undefined,
    );
  const evidenceNow = comparisons.reduce((sum, { capital }) => sum + Math.exp(logSum(capital) - part), 0);
  const quantiles = (counts: readonly number[]) => quantileOf(counts, boundsMs, 0.99);
  const figures = {
    canaryRequests: total(evidence.canary),
    stableRequests: total(evidence.stable),
    canaryP99AtMostMs: quantiles(evidence.canary)?.toMs ?? null,
    stableP99AtMostMs: quantiles(evidence.stable)?.toMs ?? null,
    largestShift: figure(shifts[largest] ?? null),
    largestShiftAboveMs: boundsMs[largest] ?? null,
    evidence: figure(evidenceNow),
    goal: figure(1 / at.falseAlarm),
  };
  const compared = (bound: number): string =>
    `${share(slowShare(evidence.canary, bound))} of the canary's requests took longer than ${boundsMs[bound] ?? 0} ms, ${share(slowShare(evidence.stable, bound))} of the stable version's`;
  if (worst !== undefined)
    return {
      verdict: 'bad',
      why: `the canary is slower: ${compared(worst.bound)}; by chance this happens in less than ${share(at.falseAlarm)} of runs`,
      figures,
    };
  if (evidence.step.canary === 0 || evidence.step.stable === 0)
    return { verdict: 'no-evidence', why: 'no requests to compare in this step', figures };
  const seen = `${compared(largest)}, which is the largest difference in ${number(total(evidence.canary))} requests`;
  if ((shifts[largest] ?? 0) <= rule.toleratedShift || evidenceNow < SIGN_OF_HARM) {
    if (isCleanHold(at, evidence.step.canary))
      return { verdict: 'good', why: `no sign of being slower: ${seen}`, figures };
    return { verdict: 'undecided', why: `too little to tell: ${seen}`, figures };
  }
  return { verdict: 'undecided', why: `it looks slower, and may still be chance: ${seen}`, figures };
}
