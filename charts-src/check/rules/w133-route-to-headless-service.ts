import type { MeshGraph } from '../../graph/mesh-graph.ts';
import type { MeshHost } from '../../graph/mesh-host.ts';
import { routeDestinations, type RouteDestination } from '../../graph/route-destinations.ts';
import { clientsOf, isForGateway } from '../../graph/virtual-service-clients.ts';
import { gatewaysOf, MESH_GATEWAY, virtualServiceHosts } from '../../graph/virtual-services.ts';
import { hostsOverlap } from '../../model/host.ts';
import { knownHost } from '../known-host.ts';
import type { Rule } from '../rule.ts';

/**
 * A route of sidecars for one host leads to a headless Service of another. Its cluster keeps the address that was called
 * (measured: Envoy's ORIGINAL_DST), so requests end at the host that they were for. Gateways choose among the pods.
 */
export const routeToHeadlessService = {
  code: 'W133',
  name: 'route-to-headless-service',
  severity: 'error',
  summary: 'A route leads from one host to the headless Service of another, which sidecars cannot do.',
  also: [],
  reads: ['VirtualService', 'Service'],
  *check(graph) {
    for (const virtualService of graph.of('VirtualService'))
      for (const route of routeDestinations(virtualService, graph.settings.clusterDomain)) {
        const target = knownHost(graph, route.host, virtualService.namespace);
        if (target?.from.kind !== 'Service' || !target.from.isHeadless) continue;
        const called = calledHosts(graph, route, target);
        const [first] = called;
        if (first === undefined) continue;
        const isKnown = called.some((name) => graph.hostsNamed(name).length > 0);
        yield {
          manifest: virtualService.manifest,
          at: [...route.at, 'host'],
          ...(!isKnown && { severity: 'warning' as const }),
          message: `${target.host} is headless, so proxies keep the address that was called: requests to "${first}" go to the pods of ${isKnown ? 'that host' : 'whatever has that name'} all the same, and get 503 where those have another identity`,
          fix: 'route to a Service that has a clusterIP and selects the same pods',
        };
      }
  },
} satisfies Rule;

/** Hosts whose addresses are not those of the pods of a headless Service, of rules for sidecars that lead there. */
function calledHosts(graph: MeshGraph, route: RouteDestination, target: MeshHost): readonly string[] {
  if (!isForGateway(route, MESH_GATEWAY)) return [];
  return clientsOf(graph)
    .actingFor(route.virtualService)
    .filter((acting) => gatewaysOf(acting).includes(MESH_GATEWAY))
    .flatMap((acting) => virtualServiceHosts(acting, graph.settings.clusterDomain))
    .filter((name) => !hostsOverlap(name, target.host) && !name.endsWith(`.${target.host}`))
    .filter((name) => !graph.hostsNamed(name).some((host) => hasPodsOf(host, target)));
}

/** Whether another headless Service has the same pods. */
const hasPodsOf = ({ from, workloads }: MeshHost, target: MeshHost): boolean =>
  from.kind === 'Service' &&
  from.isHeadless &&
  workloads.length > 0 &&
  workloads.every((workload) => target.workloads.includes(workload));
