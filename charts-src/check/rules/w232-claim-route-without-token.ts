import { selects } from '../../graph/labels.ts';
import type { GatewayNode } from '../../graph/gateways.ts';
import type { MeshGraph } from '../../graph/mesh-graph.ts';
import type { Resource } from '../../graph/resource.ts';
import { gatewaysOf } from '../../graph/virtual-services.ts';
import type { Path } from '../../model/schema.ts';
import type { Rule } from '../rule.ts';

/** Routes that depend on a claim are never taken where no token is read. */
export const claimRouteWithoutToken = {
  code: 'W232',
  name: 'claim-route-without-token',
  severity: 'error',
  summary: 'A VirtualService routes by a claim of a token, but its gateway reads no tokens.',
  also: ['IST0149'],
  reads: ['VirtualService', 'RequestAuthentication', 'Gateway', 'Deployment', 'Pod'],
  *check(graph) {
    for (const virtualService of graph.of('VirtualService')) {
      const claim = claimOf(virtualService);
      if (claim === undefined) continue;
      for (const key of new Set(gatewaysOf(virtualService))) {
        const node = graph.gateway(key);
        if (node === undefined || readsTokens(graph, node)) continue;
        yield {
          manifest: virtualService.manifest,
          at: claim.at,
          ...(node.workloads.length === 0 && { severity: 'warning' as const }),
          message: `${claim.key} is a claim of a token, and no RequestAuthentication is about the pods of Gateway ${key}: no token is read there, and this match never holds`,
          fix: `add a RequestAuthentication whose selector is that of Gateway ${key}, in the namespace of its pods`,
        };
        break;
      }
    }
  },
} satisfies Rule;

/** Source: Istio's ToRoutingClaim */
const isClaim = (header: string): boolean => header.toLowerCase().startsWith('@request.auth.claims');

function claimOf({ spec }: Resource<'VirtualService'>): { readonly key: string; readonly at: Path } | undefined {
  for (const [index, route] of (spec.http ?? []).entries())
    for (const [number, match] of (route.match ?? []).entries())
      for (const field of ['headers', 'withoutHeaders'] as const) {
        const key = Object.keys(match[field] ?? {}).find(isClaim);
        if (key !== undefined) return { key, at: ['spec', 'http', index, 'match', number, field, key] };
      }
  return undefined;
}

function readsTokens(graph: MeshGraph, { gateway, workloads }: GatewayNode): boolean {
  if (workloads.length > 0) return workloads.every((pods) => graph.requestAuthentications.for(pods).length > 0);
  // Its pods are not among the files: any authentication whose labels the Gateway's own selector has may be about them.
  const labels = gateway.spec.selector ?? {};
  return graph.of('RequestAuthentication').some(({ spec }) => selects(spec.selector?.matchLabels ?? {}, labels));
}
