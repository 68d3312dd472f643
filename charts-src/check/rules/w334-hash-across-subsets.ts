import type { MeshGraph } from '../../graph/mesh-graph.ts';
import { effectivePolicy } from '../../graph/destination-rules.ts';
import { fullHost } from '../../model/host.ts';
import { forwardingRules } from '../request-rules.ts';
import type { Rule } from '../rule.ts';

/** Sessions are to stick to a pod, and each request draws a subset anew. */
export const hashAcrossSubsets = {
  code: 'W334',
  name: 'hash-across-subsets',
  severity: 'warning',
  summary: 'Weights move requests between subsets, although a consistent hash is to keep them on one pod.',
  reads: ['VirtualService', 'DestinationRule', 'Service'],
  *check(graph: MeshGraph) {
    for (const { rule } of forwardingRules(graph)) {
      const { virtualService } = rule.place;
      const split = (rule.http.route ?? []).filter(({ weight = 0 }) => weight > 0);
      if (split.length < 2) continue;
      const hashed = split.find(({ destination: { host, subset, port } }) => {
        const full = fullHost(host, virtualService.namespace, graph.settings.clusterDomain);
        const found = graph.destinationRuleFor({ namespace: virtualService.namespace }, full);
        const number = port?.number ?? graph.lookUp(full, virtualService.namespace)?.ports[0]?.number ?? 0;
        return found && effectivePolicy(found, subset, number).loadBalancer?.value.consistentHash !== undefined;
      });
      if (hashed === undefined) continue;
      const { manifest } = virtualService;
      yield {
        manifest,
        at: [...rule.place.at, 'route'],
        message:
          `the hash of "${hashed.destination.host}" picks a pod within a subset, and ${split.length} destinations with weights ` +
          `(${split.map(({ weight }) => weight).join(' and ')}) are drawn for each request: sessions jump between them`,
        fix: 'send users to a subset by a header or cookie that stays, instead of weights, while sessions must stick',
      };
    }
  },
} satisfies Rule;
