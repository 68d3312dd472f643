import { CALL_KINDS, callsOf } from '../../graph/calls.ts';
import type { MeshGraph } from '../../graph/mesh-graph.ts';
import { fullHost, isWildcardHost, hostCovers } from '../../model/host.ts';
import { serving } from '../long-running.ts';
import { carriesRequests, policyLayers } from '../policy-layers.ts';
import { SubsetUse } from '../subset-use.ts';
import type { Rule } from '../rule.ts';

/** A service that nothing protects: no limits on what comes, and pods that fail stay in. */
export const noCircuitBreaker = {
  code: 'W332',
  name: 'no-circuit-breaker',
  severity: 'info',
  summary: 'No DestinationRule limits the requests to a service or leaves out pods that fail.',
  reads: [...CALL_KINDS, 'Namespace', 'DestinationRule'],
  *check(graph: MeshGraph) {
    const { named, protectedHosts, wildcards } = destinationRules(graph);
    const use = new SubsetUse(graph);
    const calls = callsOf(graph);
    const seen = new Set<string>();
    for (const workload of serving(graph)) {
      if (calls.appOf(workload)?.store !== undefined) continue;
      for (const service of graph.servicesOf(workload)) {
        const { host, ports, from, manifest } = service;
        if (seen.has(host) || (from.kind === 'Service' && from.isHeadless) || !carriesRequests(ports)) continue;
        seen.add(host);
        const isInMesh =
          workload.sidecar === 'yes' || (workload.sidecar === 'unknown' && (named.has(host) || use.of(host).size > 0));
        if (!isInMesh || protectedHosts.has(host) || wildcards.some((wildcard) => hostCovers(wildcard, host))) continue;
        yield {
          manifest,
          at: [],
          message:
            `no DestinationRule of "${host}" has a connectionPool or outlierDetection: requests pile up without limit when it is slow, ` +
            'and a pod that fails gets its share of them all the same',
          fix: 'add a DestinationRule with connectionPool and outlierDetection',
        };
      }
    }
  },
} satisfies Rule;

function destinationRules(graph: MeshGraph) {
  const named = new Set<string>();
  const protectedHosts = new Set<string>();
  for (const rule of graph.of('DestinationRule')) {
    const host = fullHost(rule.spec.host, rule.namespace, graph.settings.clusterDomain);
    named.add(host);
    for (const { policy } of policyLayers(rule))
      if (policy.connectionPool !== undefined || policy.outlierDetection !== undefined) protectedHosts.add(host);
  }
  return { named, protectedHosts, wildcards: [...protectedHosts].filter(isWildcardHost) };
}
