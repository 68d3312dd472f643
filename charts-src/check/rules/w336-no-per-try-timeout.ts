import { forwardingRules } from '../request-rules.ts';
import { retriesTimeouts, retryPolicy } from '../retry-policy.ts';
import type { Rule } from '../rule.ts';

/** Tries that hang are to be tried again, and nothing ends them before the request itself ends. */
export const noPerTryTimeout = {
  code: 'W336',
  name: 'no-per-try-timeout',
  severity: 'info',
  summary: 'A try that hangs takes all the time of the request, because tries have no timeout of their own.',
  reads: ['VirtualService'],
  *check(graph) {
    for (const { rule } of forwardingRules(graph)) {
      const { retries, timeout } = rule.http;
      const policy = retryPolicy(retries);
      if (!policy || timeout === undefined || policy.perTryMs !== undefined || !retriesTimeouts(policy)) continue;
      const { virtualService, at } = rule.placeOf('retries');
      yield {
        manifest: virtualService.manifest,
        at,
        message:
          `the ${policy.attempts} retries on ${policy.conditions.join(',')} follow only what fails at once: ` +
          `without perTryTimeout, a first try that hangs lasts the whole timeout of ${timeout}`,
        fix: 'add "perTryTimeout", short enough for all tries to fit into the timeout',
      };
    }
  },
} satisfies Rule;
