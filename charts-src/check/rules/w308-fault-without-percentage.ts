import { saysShare } from '../injected-faults.ts';
import { requestRules } from '../request-rules.ts';
import type { Rule } from '../rule.ts';

/** A fault that does not say how many requests it is for: it is for none of them. */
export const faultWithoutPercentage = {
  code: 'W308',
  name: 'fault-without-percentage',
  severity: 'warning',
  summary: 'A fault without a percentage is injected into no request at all.',
  reads: ['VirtualService'],
  *check(graph) {
    for (const { rule } of requestRules(graph))
      for (const kind of ['abort', 'delay'] as const) {
        const fault = rule.http.fault?.[kind];
        if (fault === undefined || saysShare(fault)) continue;
        const { virtualService, at } = rule.placeOf('fault');
        yield {
          manifest: virtualService.manifest,
          at: [...at, kind],
          message: `the ${kind} has no percentage, which counts as 0: no request meets it`,
          fix: `add "percentage: {value: 100}", or leave out the ${kind}`,
        };
      }
  },
} satisfies Rule;
