import { own } from '../../model/own.ts';
import type { Metric } from './analysis.ts';
import { judgeCheck } from './checks.ts';
import { judgeComparedErrors } from './compared-errors.ts';
import { judgeComparedLatency } from './compared-latency.ts';
import { nobodyToBlame, overBudget } from './error-guards.ts';
import { judgeErrorThreshold } from './error-threshold.ts';
import type { MetricEvidence } from './evidence.ts';
import { judgeLatencyTarget } from './latency-target.ts';
import { stepMsOf, type Circumstances, type Judgement } from './metric-judgement.ts';
import type { Judge, MetricVerdict, Recompute, Verdict } from './verdict.ts';

/** What the evidence says, now. */
export const judge: Judge = (analysis, evidence) => {
  const shares = analysis.metrics.reduce((sum, metric) => sum + shareOf(metric), 0);
  const stepMs = stepMsOf(evidence);
  const metrics = analysis.metrics.map((metric): MetricVerdict => {
    const known = own(evidence.metrics, metric.name);
    const falseAlarm = (analysis.falseAlarm * (shareOf(metric) || 1)) / (shares || 1);
    const judgement = judgeMetric(metric, known, { analysis, falseAlarm, stepMs });
    return { metric: metric.name, dryRun: metric.dryRun, ...judgement };
  });
  const [worst, ...others] = metrics
    .filter(({ dryRun }) => !dryRun)
    .sort((one, other) => RANK.indexOf(one.verdict) - RANK.indexOf(other.verdict));
  if (worst === undefined) return { verdict: 'good', why: 'every metric is a dry run', metrics };
  const said = worst.verdict === 'good' ? [worst, ...others] : [worst];
  const why = said.map(({ metric, why: because }) => `${metric}: ${because}`).join('; ');
  if (worst.verdict !== 'undecided') return { verdict: worst.verdict, why, metrics };
  const { inconclusiveLimit } = analysis;
  const stuck = inconclusiveLimit !== null && evidence.undecided >= inconclusiveLimit;
  return { verdict: 'undecided', why, metrics, stuck };
};

/** The verdict once more, from its record: the same bytes. */
export const recompute: Recompute = ({ analysis, evidence }) => judge(analysis, evidence);

/** Which verdict of a metric outweighs which: all have to be good for the whole to be good. */
const RANK: readonly Verdict['verdict'][] = ['bad', 'both-bad', 'no-evidence', 'undecided', 'good'];

/**
 * How much of the chance of a false alarm a metric uses up. Those with a limit for each look have none to give; failed
 * requests are few and get most, slow ones are counted by the thousand.
 */
function shareOf(metric: Metric): number {
  if (metric.dryRun) return 0;
  if (metric.type === 'latency') return 1;
  return metric.type === 'errors' && metric.rule.by === 'comparison' ? 4 : 0;
}

function judgeMetric(metric: Metric, known: MetricEvidence | undefined, at: Circumstances): Judgement {
  if (known === undefined || known.type === 'unheard')
    return { verdict: 'no-evidence', why: silenceText(known), figures: {} };
  const judgement = judgeKnown(metric, known, at);
  if (judgement === undefined)
    return { verdict: 'no-evidence', why: 'what was measured is of another kind than the plan asks for', figures: {} };
  // Whoever is asked once more may say something else: that it was good leads nowhere meanwhile, that it was bad stays.
  return known.isAwaited && judgement.verdict === 'good'
    ? {
        ...judgement,
        verdict: 'undecided',
        why: `it was asked again and has not answered yet; before, ${judgement.why}`,
      }
    : judgement;
}

function silenceText(known: MetricEvidence | undefined): string {
  const awaited = known?.isAwaited ? 'it was asked and has not answered yet' : undefined;
  if (known === undefined || known.lastFailure === null) return awaited ?? 'nothing was measured yet';
  return `${awaited === undefined ? '' : `${awaited}; `}no answer ${known.failures} times in a row: ${known.lastFailure}`;
}

function judgeKnown(metric: Metric, known: MetricEvidence, at: Circumstances): Judgement | undefined {
  switch (metric.type) {
    case 'errors': {
      if (known.type !== 'errors' && known.type !== 'threshold') return undefined;
      const budget = overBudget(at.analysis, known);
      if (budget !== undefined) return budget;
      const { rule } = metric;
      const judgement =
        known.type === 'errors' && rule.by === 'comparison'
          ? judgeComparedErrors(known, rule, at)
          : known.type === 'threshold' && rule.by === 'threshold'
            ? judgeErrorThreshold(known, rule)
            : undefined;
      return judgement?.verdict === 'bad' ? judgement : (nobodyToBlame(at.analysis, known) ?? judgement);
    }
    case 'latency':
      if (known.type === 'latency' && metric.rule.by === 'comparison')
        return judgeComparedLatency(known, metric.rule, at);
      if (known.type === 'target' && metric.rule.by === 'quantile') return judgeLatencyTarget(known, metric.rule, at);
      return undefined;
    case 'query':
    case 'web':
    case 'command':
      return known.type === 'check' ? judgeCheck(known, metric.check) : undefined;
  }
}
