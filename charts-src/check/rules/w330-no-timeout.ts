import { forwardingRules, speaksOnlyGrpc, type RequestRule } from '../request-rules.ts';
import type { MeshGraph } from '../../graph/mesh-graph.ts';
import type { Resource } from '../../graph/resource.ts';
import type { Rule } from '../rule.ts';

/** Routes without a timeout: Istio's is none, so a callee that hangs holds its callers for good. */
export const noTimeout = {
  code: 'W330',
  name: 'no-timeout',
  severity: 'info',
  summary: 'Requests have no timeout, so they wait for as long as the callee likes.',
  reads: ['VirtualService', 'Service'],
  *check(graph: MeshGraph) {
    const without = new Map<Resource<'VirtualService'>, RequestRule[]>();
    for (const found of forwardingRules(graph)) {
      // Clients of gRPC give a deadline with each call, and streams may stay open.
      if (found.rule.http.timeout !== undefined || speaksOnlyGrpc(graph, found)) continue;
      const { virtualService } = found.rule.place;
      const list = without.get(virtualService);
      if (list) list.push(found);
      else without.set(virtualService, [found]);
    }
    for (const [virtualService, [first, ...more]] of without)
      if (first)
        yield {
          manifest: virtualService.manifest,
          at: first.rule.place.at,
          message:
            `${more.length === 0 ? 'this rule has' : `this rule and ${more.length} more of the VirtualService have`} no timeout, and Istio's default is none: ` +
            'while the callee hangs, its callers hang with it, and connections pile up',
          fix: 'add a timeout, such as "timeout: 5s"; leave it out only for streams and long polls',
        };
  },
} satisfies Rule;
