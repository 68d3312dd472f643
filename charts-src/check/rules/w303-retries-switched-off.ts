import { forwardingRules } from '../request-rules.ts';
import type { Rule } from '../rule.ts';

/** A `retries` block without `attempts`: it takes the place of the default, and means none. */
export const retriesSwitchedOff = {
  code: 'W303',
  name: 'retries-switched-off',
  severity: 'warning',
  summary: 'Retries without attempts switch off the retries that every route has by default.',
  reads: ['VirtualService'],
  *check(graph) {
    for (const { rule } of forwardingRules(graph)) {
      const { retries } = rule.http;
      // With `attempts: 0` it is meant; with `retryOn` or `perTryTimeout` the API refuses it.
      if (!retries || retries.attempts !== undefined) continue;
      if (retries.retryOn !== undefined || retries.perTryTimeout !== undefined) continue;
      const { virtualService, at } = rule.placeOf('retries');
      yield {
        manifest: virtualService.manifest,
        at,
        message:
          `retries ${Object.keys(retries).length === 0 ? 'is empty' : 'has no attempts'}, which counts as 0: ` +
          "Envoy tries nothing again, not even what Istio's default of 2 retries would have saved",
        fix: 'add "attempts: 2", leave out retries for the default, or write "attempts: 0" if none are meant',
      };
    }
  },
} satisfies Rule;
