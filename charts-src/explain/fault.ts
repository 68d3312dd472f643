import type { HttpRule } from '../graph/http-rules.ts';
import type { ExplainedFault } from './explanation.ts';
import { percent } from '../model/percent.ts';
import { by } from './rule-place.ts';
import type { Steps } from './steps.ts';

/** What a rule's fault does, as shares of the requests; without a percentage it hits nobody.
 * Source: Istio's TranslateFault */
export function faultOf(rule: HttpRule, steps: Steps): ExplainedFault | null {
  const { fault } = rule.http;
  if (fault === undefined) return null;
  const share = (percentage: { readonly value?: number } | undefined, whole = 0): number =>
    (percentage === undefined ? whole : (percentage.value ?? 0)) / 100;
  const { abort, delay } = fault;
  // A status of gRPC comes in a trailer of an answer with 200.
  const status = abort?.httpStatus ?? (abort?.grpcStatus === undefined ? undefined : 200);
  const explained: ExplainedFault = {
    abort: abort === undefined || status === undefined ? null : { status, share: share(abort.percentage) },
    delay:
      delay?.fixedDelay === undefined
        ? null
        : { fixedDelay: delay.fixedDelay, share: share(delay.percentage, delay.percent) },
  };
  const parts = [
    explained.delay && `${percent(explained.delay.share)} wait ${explained.delay.fixedDelay}`,
    explained.abort && `${percent(explained.abort.share)} are answered ${explained.abort.status}`,
  ].filter((part) => part !== null);
  steps.add(
    'fault',
    parts.join(', ') || 'a fault that hits nobody',
    'before the route: neither retries nor, for a delay, the timeout act on it',
    by(rule.placeOf('fault')),
  );
  return explained;
}
