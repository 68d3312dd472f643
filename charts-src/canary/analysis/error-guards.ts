import type { Analysis } from './analysis.ts';
import type { ErrorTotals, Unattributed } from './evidence.ts';
import type { UnattributedIncrement } from './sample.ts';
import type { Judgement } from './metric-judgement.ts';
import { rateOf } from './totals.ts';
import { failures, figure, number, share } from './words.ts';
import type { Scrape } from '../statistics/scrape.ts';
import { kept } from '../statistics/logarithms.ts';

/** Failed requests of the canary beyond those that it would have had at the stable arm's rate in this scrape. */
export const excessOf = ({ canary, stable }: Scrape): number =>
  stable.requests > 0 ? kept(canary.events - (canary.requests * stable.events) / stable.requests) : 0;

/** Requests that reached no pod, per service: nobody can say whose they would have been. */
export function unattributedOf(increments: readonly UnattributedIncrement[], attributed: number): Unattributed {
  const flags = new Map<string, number>();
  for (const { flags: flag, requests } of increments) flags.set(flag, (flags.get(flag) ?? 0) + requests);
  const sorted = [...flags].filter(([, requests]) => requests > 0).sort(([one], [other]) => (one < other ? -1 : 1));
  return {
    requests: sorted.reduce((sum, [, requests]) => sum + requests, 0),
    attributed,
    flags: Object.fromEntries(sorted),
  };
}

/** Figures that every metric of failed requests reports. */
export const errorFigures = ({ run, look, excess, unattributed }: ErrorTotals): Judgement['figures'] => ({
  canaryRequests: run.canary.requests,
  canaryErrors: run.canary.events,
  stableRequests: run.stable.requests,
  stableErrors: run.stable.events,
  lookCanaryRequests: look.canary.requests,
  lookCanaryErrors: look.canary.events,
  lookStableRequests: look.stable.requests,
  lookStableErrors: look.stable.events,
  excessErrors: figure(excess),
  unattributedRequests: unattributed.requests,
});

/** The hard limit to what the canary may cost, whatever statistics say. */
export function overBudget({ errorBudget }: Analysis, totals: ErrorTotals): Judgement | undefined {
  if (errorBudget === null) return undefined;
  const { objective, requests, share: part } = errorBudget;
  const most = part * (1 - objective) * requests;
  if (totals.excess <= most) return undefined;
  return {
    verdict: 'bad',
    why: `the canary cost ${number(totals.excess)} failed requests beyond the stable arm's rate; the plan allows ${number(most)} (${share(part)} of the error budget)`,
    figures: { ...errorFigures(totals), allowedExcess: figure(most) },
  };
}

/** What cannot be blamed on the canary: requests that reached no pod, and a stable arm that fails itself. */
export function nobodyToBlame(analysis: Analysis, totals: ErrorTotals): Judgement | undefined {
  const figures = errorFigures(totals);
  const { unattributed, look } = totals;
  const all = unattributed.requests + unattributed.attributed;
  const limit = analysis.unattributed;
  if (limit !== null && unattributed.requests >= limit.requests && unattributed.requests > limit.share * all) {
    const flags = Object.entries(unattributed.flags).map(([flag, requests]) => `${flag} ${number(requests)}`);
    return {
      verdict: limit.then,
      why: `${number(unattributed.requests)} of ${number(all)} requests reached no pod (${flags.join(', ')}): they have no version, so they are no evidence for or against the canary`,
      figures,
    };
  }
  const { bothBad } = analysis;
  const stableRate = rateOf(look.stable);
  if (bothBad === null || stableRate === null) return undefined;
  if (look.stable.events < bothBad.errors || stableRate < bothBad.errorRate) return undefined;
  return {
    verdict: 'both-bad',
    why: `the stable version fails itself: ${failures(look.stable)} in the last look, the canary ${failures(look.canary)}`,
    figures,
  };
}
