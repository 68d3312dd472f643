import type { HttpRule } from '../../graph/http-rules.ts';
import { shareOf } from '../injected-faults.ts';
import { requestRules } from '../request-rules.ts';
import { retryPolicy } from '../retry-policy.ts';
import type { Rule } from '../rule.ts';

/** A fault that real requests run into. */
export const injectedFault = {
  code: 'W307',
  name: 'injected-fault',
  severity: 'warning',
  summary: 'Faults are injected into real requests.',
  reads: ['VirtualService'],
  *check(graph) {
    for (const { rule } of requestRules(graph)) {
      const { fault, timeout, retries } = rule.http;
      const [aborts, delays] = [shareOf(fault?.abort), shareOf(fault?.delay)];
      // Together with a timeout or retries it is W306.
      if ((!aborts && !delays) || timeout !== undefined || retryPolicy(retries) !== undefined) continue;
      const { virtualService, at } = rule.placeOf('fault');
      const chosen = isForTesters(rule);
      yield {
        manifest: virtualService.manifest,
        at,
        severity: chosen ? 'info' : 'warning',
        message: [
          ...(aborts
            ? [`${aborts} % of ${chosen ? 'these' : 'the'} requests are answered by the proxy with a failure`]
            : []),
          ...(delays
            ? [
                `${delays} % of ${chosen ? 'these' : 'the'} requests wait ${fault?.delay?.fixedDelay ?? 'a while'} for nothing`,
              ]
            : []),
        ].join(', '),
        fix: chosen
          ? 'remove the fault when the test is over'
          : 'remove the fault, or match a header that only testers send',
      };
    }
  },
} satisfies Rule;

/** Whether only requests that say something special, or come from chosen pods, meet the rule. */
const isForTesters = ({ matches }: HttpRule): boolean =>
  matches.length > 0 &&
  matches.every(({ match: { headers = {}, queryParams = {}, sourceLabels = {} } }) =>
    [headers, queryParams, sourceLabels].some((wanted) => Object.keys(wanted).length > 0),
  );
