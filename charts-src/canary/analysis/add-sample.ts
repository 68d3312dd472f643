import type { Analysis, Metric } from './analysis.ts';
import { addCheck } from './checks.ts';
import { addComparedErrors } from './compared-errors.ts';
import { addComparedLatency } from './compared-latency.ts';
import { excessOf, unattributedOf } from './error-guards.ts';
import { addErrorThreshold } from './error-threshold.ts';
import type { ErrorTotals, Evidence, Heard, MetricEvidence } from './evidence.ts';
import { judge } from './judge.ts';
import { addLatencyTarget } from './latency-target.ts';
import type { Reading, Sample } from './sample.ts';
import { addTotals, NO_TOTALS, scrapeOf } from './totals.ts';
import type { AddSample } from './verdict.ts';
import { own } from '../../model/own.ts';
import { kept } from '../statistics/logarithms.ts';

/** Adds what a sample says to what is known; null: nothing yet. `step` is the one in which it was taken. */
export const addSample: AddSample = (analysis, evidence, sample, step) => {
  const isNewStep = evidence === null || evidence.step.index !== step;
  const sinceMs = evidence?.sinceMs ?? sample.untilMs;
  const moment: Moment = {
    sample,
    isNewStep,
    isCounted: sample.untilMs - sinceMs >= analysis.initialDelayMs,
  };
  const metrics = Object.fromEntries(
    analysis.metrics.map((metric) => [
      metric.name,
      addReading(
        analysis,
        metric,
        evidence === null ? undefined : own(evidence.metrics, metric.name),
        own(sample.metrics, metric.name),
        moment,
      ),
    ]),
  );
  const next: Evidence = {
    samples: (evidence?.samples ?? 0) + 1,
    sinceMs,
    untilMs: sample.untilMs,
    step: isNewStep ? { index: step, sinceMs: evidence?.untilMs ?? sample.untilMs } : evidence.step,
    undecided: evidence?.undecided ?? 0,
    metrics,
  };
  return { ...next, undecided: judge(analysis, next).verdict === 'undecided' ? next.undecided + 1 : 0 };
};

/** What all metrics of a sample share. */
interface Moment {
  readonly sample: Sample;
  readonly isNewStep: boolean;
  /** False while caches are cold. */
  readonly isCounted: boolean;
}

const HEARD: Heard = { isAwaited: false, failures: 0, lastFailure: null, exchange: null };
const UNHEARD: MetricEvidence = { ...HEARD, type: 'unheard' };

function addReading(
  analysis: Analysis,
  metric: Metric,
  known: MetricEvidence | undefined,
  reading: Reading | undefined,
  moment: Moment,
): MetricEvidence {
  if (reading === undefined) return known ?? UNHEARD;
  if (reading.type === 'awaited') return { ...(known ?? UNHEARD), isAwaited: true };
  if (reading.type === 'failed') return unanswered(analysis, known ?? UNHEARD, reading.failure);
  // What a metric said before it fell silent for too long does not count any more.
  const before = known !== undefined && known.failures >= analysis.errorLimit ? undefined : known;
  const added = addAnswer(analysis, metric, before, reading, moment);
  return added ?? { ...(before ?? UNHEARD), ...HEARD };
}

const unanswered = (
  { errorLimit }: Analysis,
  known: MetricEvidence,
  { message, exchange }: Extract<Reading, { readonly type: 'failed' }>['failure'],
): MetricEvidence => {
  const failures = known.failures + 1;
  const heard: Heard = { isAwaited: false, failures, lastFailure: message, exchange: exchange ?? null };
  return heard.failures >= errorLimit ? { type: 'unheard', ...heard } : { ...known, ...heard };
};

function addAnswer(
  analysis: Analysis,
  metric: Metric,
  before: MetricEvidence | undefined,
  reading: Exclude<Reading, { readonly type: 'failed' | 'awaited' }>,
  moment: Moment,
): MetricEvidence | undefined {
  switch (metric.type) {
    case 'errors': {
      if (reading.type !== 'errors') return undefined;
      const scrape = scrapeOf(reading.increments, ({ requests, errors }) => ({ requests, events: errors }));
      const known = before?.type === 'errors' || before?.type === 'threshold' ? before : undefined;
      const attributed = scrape.canary.requests + scrape.stable.requests;
      const totals: ErrorTotals = {
        ...addTotals(known ?? NO_TOTALS, scrape, moment.isNewStep),
        excess: kept((known?.excess ?? 0) + excessOf(scrape)),
        unattributed: unattributedOf(reading.unattributed, attributed),
      };
      if (metric.rule.by === 'threshold') {
        const earlier = before?.type === 'threshold' ? before : undefined;
        const { untilMs } = moment.sample;
        return {
          ...HEARD,
          type: 'threshold',
          ...addErrorThreshold(earlier, totals, untilMs, metric.rule, moment.isCounted),
        };
      }
      const earlier = before?.type === 'errors' ? before : undefined;
      return { ...HEARD, type: 'errors', ...addComparedErrors(earlier, totals, scrape, analysis, moment.isCounted) };
    }
    case 'latency': {
      if (reading.type !== 'latency') return undefined;
      if (metric.rule.by === 'quantile') {
        const earlier = before?.type === 'target' ? before : undefined;
        const added = addLatencyTarget(earlier, reading.increments, metric.rule, moment);
        return added && { ...HEARD, type: 'target', ...added };
      }
      const earlier = before?.type === 'latency' ? before : undefined;
      const added = addComparedLatency(earlier, reading.increments, analysis, moment);
      return added && { ...HEARD, type: 'latency', ...added };
    }
    case 'query':
    case 'web':
    case 'command': {
      if (reading.type !== 'values' && reading.type !== 'answer') return undefined;
      const earlier = before?.type === 'check' ? before : undefined;
      return { ...HEARD, type: 'check', ...addCheck(earlier, metric.check, reading, moment.isCounted) };
    }
  }
}
