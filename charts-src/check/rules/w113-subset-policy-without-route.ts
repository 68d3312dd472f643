import { fullHost, isWildcardHost } from '../../model/host.ts';
import type { Rule } from '../rule.ts';
import { subsetKey, subsetShares } from '../subset-share.ts';

/** A subset has a policy of its own, and no VirtualService routes to it: the policy never acts. */
export const subsetPolicyWithoutRoute = {
  code: 'W113',
  name: 'subset-policy-without-route',
  severity: 'warning',
  summary: 'The policy of a subset never acts, because no VirtualService routes to the subset.',
  also: [],
  reads: ['DestinationRule', 'VirtualService'],
  *check(graph) {
    const shares = subsetShares(graph);
    for (const rule of graph.of('DestinationRule')) {
      const host = fullHost(rule.spec.host, rule.namespace, graph.settings.clusterDomain);
      if (isWildcardHost(host) || graph.hostsNamed(host).length === 0) continue;
      for (const [index, { name, trafficPolicy }] of (rule.spec.subsets ?? []).entries()) {
        if (trafficPolicy === undefined || shares.has(subsetKey(host, name))) continue;
        yield {
          manifest: rule.manifest,
          at: ['spec', 'subsets', index, 'trafficPolicy'],
          message: `no VirtualService routes to subset "${name}" of "${rule.spec.host}", so its trafficPolicy never acts: requests without a subset get that of the host`,
          fix: `route to "${name}" in a VirtualService, or move the policy to spec.trafficPolicy`,
        };
      }
    }
  },
} satisfies Rule;
