import { capitalOf, compare, isWorse, NO_COMPARISON } from '../statistics/comparison.ts';
import { boundsOf, narrow, NO_INTERVAL } from '../statistics/ratio-interval.ts';
import type { Scrape } from '../statistics/scrape.ts';
import type { Analysis, ComparedRatio } from './analysis.ts';
import { errorFigures } from './error-guards.ts';
import type { ComparedErrors, ErrorTotals } from './evidence.ts';
import { isCleanHold, SIGN_OF_HARM, type Circumstances, type Judgement } from './metric-judgement.ts';
import { rateOf } from './totals.ts';
import { failures, figure, number, share } from './words.ts';

/** Adds a scrape to the comparison of failed requests; `isCounted` is false while caches are cold. */
export function addComparedErrors(
  before: ComparedErrors | undefined,
  totals: ErrorTotals,
  scrape: Scrape,
  { burst }: Pick<Analysis, 'burst'>,
  isCounted: boolean,
): ComparedErrors {
  const { comparison, interval } = before ?? { comparison: NO_COMPARISON, interval: NO_INTERVAL };
  if (!isCounted) return { ...totals, comparison, interval };
  const compared = compare(comparison, scrape, burst);
  return { ...totals, comparison: compared, interval: narrow(interval, scrape, compared.burstiness) };
}

/** What the comparison says. */
export function judgeComparedErrors(evidence: ComparedErrors, rule: ComparedRatio, at: Circumstances): Judgement {
  const { run, step, comparison } = evidence;
  const capital = capitalOf(comparison);
  const { above, below } = boundsOf(evidence.interval, at.analysis.falsePass);
  const rates = [rateOf(run.canary), rateOf(run.stable)] as const;
  const ratio = rates[0] === null || rates[1] === null || rates[1] === 0 ? null : rates[0] / rates[1];
  const figures = {
    ...errorFigures(evidence),
    ratio: figure(ratio),
    ratioAbove: above,
    ratioBelow: below,
    evidence: figure(capital),
    highestEvidence: figure(Math.exp(comparison.peak)),
    goal: figure(1 / at.falseAlarm),
  };
  const seen = `canary ${failures(run.canary)} failed, stable ${failures(run.stable)}`;
  if (isWorse(comparison, at.falseAlarm))
    return {
      verdict: 'bad',
      why: `the canary fails more often: ${seen}; by chance this happens in less than ${share(at.falseAlarm)} of runs`,
      figures,
    };
  if (step.canary.requests === 0 || step.stable.requests === 0)
    return { verdict: 'no-evidence', why: `no requests to compare in this step: ${seen}`, figures };
  if (below !== null && below <= rule.toleratedRatio)
    return { verdict: 'good', why: `the canary surely fails less than ${below} times as often: ${seen}`, figures };
  if (capital < SIGN_OF_HARM && isCleanHold(at, step.canary.requests))
    return {
      verdict: 'good',
      why: `no sign of harm in ${number(step.canary.requests)} requests of this step, which is what the plan asks for: ${seen}`,
      figures,
    };
  return {
    verdict: 'undecided',
    why: `${capital < SIGN_OF_HARM ? 'too little to tell' : 'it looks worse, and may still be chance'}: ${seen}`,
    figures,
  };
}
