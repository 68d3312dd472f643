import { actionOf } from '../../graph/policies.ts';
import { isDryRun } from '../identity-policies.ts';
import type { Rule } from '../rule.ts';

/** A policy that is only counted: it allows and denies nothing. */
export const policyInDryRun = {
  code: 'W225',
  name: 'policy-in-dry-run',
  severity: 'warning',
  summary: 'An AuthorizationPolicy is in dry-run mode: it is counted, and not enforced.',
  reads: ['AuthorizationPolicy'],
  *check(graph) {
    for (const policy of graph.of('AuthorizationPolicy')) {
      if (!isDryRun(policy)) continue;
      yield {
        manifest: policy.manifest,
        at: ['metadata', 'annotations', 'istio.io/dry-run'],
        message: `istio.io/dry-run is "${policy.manifest.annotations['istio.io/dry-run'] ?? ''}": what this ${actionOf(policy)} policy would decide is only counted, and nobody is refused by it`,
        fix: 'remove the annotation once the counters say what was expected',
      };
    }
  },
} satisfies Rule;
