import { gatewayApiOf } from '../../graph/gateway-api.ts';
import type { MeshGraph } from '../../graph/mesh-graph.ts';
import { gatewaysOf, isDelegate, MESH_GATEWAY, virtualServiceHosts } from '../../graph/virtual-services.ts';
import { hasWaypoint } from '../../graph/waypoints.ts';
import type { Rule } from '../rule.ts';

/** Rules for callers in the mesh that nobody follows: in ambient mode it is the waypoint that does, and there is none. */
export const routesWithoutProxy = {
  code: 'W168',
  name: 'routes-without-proxy',
  severity: 'error',
  summary: 'Routes for a Service in ambient mode, whose traffic passes no waypoint that would follow them.',
  reads: ['HTTPRoute', 'GRPCRoute', 'VirtualService', 'Service', 'Namespace'],
  *check(graph) {
    // A caller with a sidecar follows them by itself.
    if (graph.workloads.some(({ sidecar, isGateway }) => sidecar !== 'no' && !isGateway)) return;
    for (const { manifest, kind, parents } of gatewayApiOf(graph).routes) {
      if (kind !== 'HTTPRoute' && kind !== 'GRPCRoute') continue;
      for (const { kind, group, namespace, name, at } of parents)
        if (
          kind === 'Service' &&
          group === '' &&
          isLeftAlone(graph, `${name}.${namespace}.svc.${graph.settings.clusterDomain}`)
        )
          yield { manifest, at, message: message(name), fix: FIX };
    }
    for (const virtualService of graph.of('VirtualService')) {
      if (isDelegate(virtualService) || !gatewaysOf(virtualService).includes(MESH_GATEWAY)) continue;
      if ((virtualService.spec.http ?? []).length === 0) continue;
      for (const [index, host] of virtualServiceHosts(virtualService, graph.settings.clusterDomain).entries())
        if (isLeftAlone(graph, host))
          yield {
            manifest: virtualService.manifest,
            at: ['spec', 'hosts', index],
            message: message(host.split('.')[0] ?? host),
            fix: FIX,
          };
    }
  },
} satisfies Rule;

const message = (name: string): string =>
  `Service "${name}" is in ambient mode, and neither it nor its namespace has the label istio.io/use-waypoint: ztunnel follows no routes, so these rules do nothing`;

const FIX =
  'label the Service or its namespace with istio.io/use-waypoint, and add a Gateway of that name with gatewayClassName: istio-waypoint';

/** Whether a host is a Service in ambient mode without a waypoint. */
function isLeftAlone(graph: MeshGraph, host: string): boolean {
  const [service] = graph.hostsNamed(host).filter(({ from }) => from.kind === 'Service');
  return (
    service !== undefined &&
    graph.namespaces.get(service.namespace)?.injection === 'ambient' &&
    hasWaypoint(graph, service.manifest) === false
  );
}
