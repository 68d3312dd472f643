import { shareOf } from '../injected-faults.ts';
import { forwardingRules } from '../request-rules.ts';
import { retryPolicy } from '../retry-policy.ts';
import type { Rule } from '../rule.ts';

/** A fault on the very route whose timeout and retries it is to try out: it comes before them. */
export const faultHidesRetries = {
  code: 'W306',
  name: 'fault-hides-retries',
  severity: 'warning',
  summary: 'A fault stands on the route whose timeout or retries it is meant to test, and they never see it.',
  reads: ['VirtualService'],
  *check(graph) {
    for (const { rule } of forwardingRules(graph)) {
      const { fault, timeout, retries } = rule.http;
      const [aborts, delays] = [shareOf(fault?.abort), shareOf(fault?.delay)];
      const has = [
        ...(timeout !== undefined ? [`its timeout of ${timeout}`] : []),
        ...(retryPolicy(retries) !== undefined ? [`its ${retries?.attempts ?? 0} retries`] : []),
      ];
      if ((!aborts && !delays) || has.length === 0) continue;
      const { virtualService, at } = rule.placeOf('fault');
      yield {
        manifest: virtualService.manifest,
        at,
        message:
          `${[...(aborts ? [`aborts ${aborts} % of the requests`] : []), ...(delays ? [`delays ${delays} % of the requests`] : [])].join(' and ')} ` +
          `before Envoy picks a pod: ${aborts === 100 ? 'every request fails, and ' : ''}${has.join(' and ')} ${has.length === 1 && timeout !== undefined ? 'does' : 'do'} not act on them, so nothing is tested`,
        fix: 'put the fault on a route that the callee itself calls, so that the callee fails or is slow, and remove it after the test',
      };
    }
  },
} satisfies Rule;
