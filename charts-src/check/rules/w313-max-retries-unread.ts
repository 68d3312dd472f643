import { policyLayers } from '../policy-layers.ts';
import type { Rule } from '../rule.ts';

/** Two limits on retries at once, of which Envoy reads one. */
export const maxRetriesUnread = {
  code: 'W313',
  name: 'max-retries-unread',
  severity: 'warning',
  summary: 'A retry budget makes Envoy ignore the limit on retries beside it.',
  reads: ['DestinationRule'],
  *check(graph) {
    for (const rule of graph.of('DestinationRule')) {
      const { trafficPolicy } = rule.spec;
      for (const { policy, at, subset, port } of policyLayers(rule)) {
        const maxRetries = policy.connectionPool?.http?.maxRetries ?? 0;
        const own = 'retryBudget' in policy ? policy.retryBudget : undefined;
        // A port has no budget of its own; a subset has that of the host.
        const budget = own ?? (port === undefined && subset === undefined ? undefined : trafficPolicy?.retryBudget);
        if (maxRetries <= 0 || budget === undefined) continue;
        yield {
          manifest: rule.manifest,
          at: [...at, 'connectionPool', 'http', 'maxRetries'],
          message: `maxRetries: ${maxRetries} is not read where there is a retryBudget: retries are limited to ${budget.percent ?? 20} % of the requests under way`,
          fix: 'keep one of the two',
        };
      }
    }
  },
} satisfies Rule;
