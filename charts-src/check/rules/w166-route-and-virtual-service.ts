import { gatewayApiOf } from '../../graph/gateway-api.ts';
import { gatewaysOf, isDelegate, MESH_GATEWAY, virtualServiceHosts } from '../../graph/virtual-services.ts';
import { perGraph } from '../../graph/per-graph.ts';
import type { Rule } from '../rule.ts';

/** A host of the mesh has rules of both kinds: one of them is not followed, and which one is nowhere said. */
export const routeAndVirtualService = {
  code: 'W166',
  name: 'route-and-virtual-service',
  severity: 'warning',
  summary: 'Callers in the mesh find both a VirtualService and a route of the Gateway API for one Service.',
  reads: ['HTTPRoute', 'GRPCRoute', 'VirtualService'],
  *check(graph) {
    const { clusterDomain } = graph.settings;
    for (const { manifest, kind, parents } of gatewayApiOf(graph).routes) {
      if (kind !== 'HTTPRoute' && kind !== 'GRPCRoute') continue;
      for (const parent of parents) {
        if (parent.kind !== 'Service' || parent.group !== '') continue;
        const host = `${parent.name}.${parent.namespace}.svc.${clusterDomain}`;
        const other = meshHosts(graph).get(host);
        if (other === undefined) continue;
        yield {
          manifest,
          at: parent.at,
          message: `VirtualService ${other} routes ${host} too: a caller follows one of the two only, by its namespace and their age, so rules of the other do nothing`,
          fix: 'move the rules of both into one of them',
        };
      }
    }
  },
} satisfies Rule;

/** The VirtualService that has HTTP rules for a host in the mesh, by that host. */
const meshHosts = perGraph((graph): ReadonlyMap<string, string> => {
  const found = new Map<string, string>();
  for (const virtualService of graph.of('VirtualService')) {
    if (isDelegate(virtualService) || (virtualService.spec.http ?? []).length === 0) continue;
    if (!gatewaysOf(virtualService).includes(MESH_GATEWAY)) continue;
    for (const host of virtualServiceHosts(virtualService, graph.settings.clusterDomain))
      if (!found.has(host)) found.set(host, `${virtualService.namespace}/${virtualService.name}`);
  }
  return found;
});
