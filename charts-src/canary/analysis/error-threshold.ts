import type { Threshold } from './analysis.ts';
import { errorFigures } from './error-guards.ts';
import type { ErrorThreshold, ErrorTotals } from './evidence.ts';
import type { Judgement } from './metric-judgement.ts';
import { rateOf } from './totals.ts';
import { failures, figure, share } from './words.ts';

/** Adds a look to a fixed limit; `isCounted` is false while caches are cold. */
export function addErrorThreshold(
  before: ErrorThreshold | undefined,
  totals: ErrorTotals,
  untilMs: number,
  rule: Threshold,
  isCounted: boolean,
): ErrorThreshold {
  const window = [...(before?.window ?? []), { untilMs, canary: totals.look.canary }].filter(
    (look) => look.untilMs > untilMs - rule.windowMs,
  );
  const now = { ...totals, window, failed: before?.failed ?? 0 };
  const rate = successRate(now);
  return isCounted && rate !== null && rate < rule.minimum ? { ...now, failed: now.failed + 1 } : now;
}

function successRate({ window }: Pick<ErrorThreshold, 'window'>): number | null {
  const rate = rateOf(windowCount(window));
  return rate === null ? null : 1 - rate;
}

const windowCount = (window: ErrorThreshold['window']) => ({
  requests: window.reduce((sum, { canary }) => sum + canary.requests, 0),
  events: window.reduce((sum, { canary }) => sum + canary.events, 0),
});

/** What the fixed limit says. */
export function judgeErrorThreshold(evidence: ErrorThreshold, rule: Threshold): Judgement {
  const rate = successRate(evidence);
  const figures = { ...errorFigures(evidence), successRate: figure(rate), failedLooks: evidence.failed };
  const window = `${failures(windowCount(evidence.window))} of the canary failed in ${rule.windowMs / 1000} s`;
  if (evidence.failed > rule.failureLimit)
    return {
      verdict: 'bad',
      why: `the success rate was below ${share(rule.minimum)} in ${evidence.failed} looks, and the plan allows ${rule.failureLimit}: ${window}`,
      figures,
    };
  if (rate === null) return { verdict: 'no-evidence', why: 'no requests reached the canary in the window', figures };
  return rate < rule.minimum
    ? { verdict: 'undecided', why: `below ${share(rule.minimum)}, look ${evidence.failed}: ${window}`, figures }
    : { verdict: 'good', why: `at least ${share(rule.minimum)} succeeded: ${window}`, figures };
}
