import { callsOf } from '../../graph/calls.ts';
import { isExportedTo } from '../../graph/export-to.ts';
import { clientsWithoutSubset, rulesByHost } from '../../graph/subset-index.ts';
import type { MeshGraph } from '../../graph/mesh-graph.ts';
import type { Resource } from '../../graph/resource.ts';
import { routeDestinations, type RouteDestination } from '../../graph/route-destinations.ts';
import { clientsOf, isForGateway } from '../../graph/virtual-service-clients.ts';
import { gatewaysOf, MESH_GATEWAY, virtualServiceHosts } from '../../graph/virtual-services.ts';
import { isCopy } from '../../manifest/is-copy.ts';
import { objectName } from '../../manifest/manifest.ts';
import { serviceOfHost } from '../../model/host.ts';
import type { Rule } from '../rule.ts';

/**
 * A subset is declared, but not for those who route to it: the DestinationRule is in a namespace where they do not look,
 * is not exported to them, or another one comes first. Envoy answers 503.
 */
export const subsetNotVisible = {
  code: 'W106',
  name: 'subset-not-visible',
  severity: 'error',
  summary: 'The DestinationRule that declares a subset does not reach the proxies that route to it.',
  also: [],
  reads: ['VirtualService', 'DestinationRule', 'Gateway'],
  *check(graph) {
    for (const virtualService of graph.of('VirtualService')) {
      for (const route of routeDestinations(virtualService, graph.settings.clusterDomain)) {
        const { destination, host, at } = route;
        const { subset } = destination;
        if (subset === undefined || subset === '') continue;
        const rules = rulesByHost(graph).covering(host);
        const declaring = rules.filter(({ spec }) => spec.subsets?.some(({ name }) => name === subset));
        const [first] = declaring;
        if (first === undefined) continue; // W104
        // Rules for some pods only are for whoever they select.
        if (declaring.some(({ spec }) => spec.workloadSelector !== undefined)) continue;
        const clients = clientNamespaces(graph, route);
        const without = clientsWithoutSubset(graph, host, subset, [...clients.sure, ...clients.likely]);
        const [one] = without;
        if (one === undefined) continue;
        const used = graph.destinationRuleFor({ namespace: one }, host)?.rules[0];
        if (used && isCopy(used.manifest, first.manifest)) continue; // which of the two is in the cluster, nobody knows
        const certain = clients.sure.length > 0 && clients.sure.every((namespace) => without.includes(namespace));
        yield {
          manifest: virtualService.manifest,
          at: [...at, 'subset'],
          severity: certain ? 'error' : 'warning',
          message: `subset "${subset}" of host "${destination.host}" does not reach proxies in namespace ${listOf(without)}: ${whyHidden(graph, first, host, one)}, so Envoy answers 503 there`,
          fix: `put a DestinationRule with the subset into the namespace of the host, exported to all who route to it`,
        };
      }
    }
  },
} satisfies Rule;

/**
 * Namespaces with proxies that a rule is for: that of the rules, and those of gateways and of known
 * callers. `likely` are those of gateways that are not among the files. Who never calls is not hurt.
 */
function clientNamespaces(
  graph: MeshGraph,
  route: RouteDestination,
): { readonly sure: readonly string[]; readonly likely: readonly string[] } {
  const { virtualService, host } = route;
  const clients = clientsOf(graph);
  const sure = new Set<string>();
  const likely = new Set<string>();
  for (const acting of clients.actingFor(virtualService)) {
    const isSeen = (namespace: string): boolean =>
      isExportedTo(acting.spec.exportTo ?? [], acting.namespace, namespace);
    if (gatewaysOf(acting).includes(MESH_GATEWAY) && isForGateway(route, MESH_GATEWAY))
      for (const namespace of [acting.namespace, ...callersOf(graph, acting, host)])
        if (isSeen(namespace)) sure.add(namespace);
  }
  for (const node of clients.of(virtualService).gateways)
    if (isForGateway(route, node.key))
      for (const namespace of clients.namespacesOf(node)) (node.workloads.length > 0 ? sure : likely).add(namespace);
  return { sure: [...sure], likely: [...likely].filter((namespace) => !sure.has(namespace)) };
}

/** Namespaces with pods that call the hosts that the rules are for. */
function callersOf(graph: MeshGraph, acting: Resource<'VirtualService'>, destination: string): readonly string[] {
  const hosts = [...virtualServiceHosts(acting, graph.settings.clusterDomain), destination];
  const calls = callsOf(graph);
  return hosts.flatMap((name) =>
    graph
      .hostsNamed(name)
      .flatMap((host) => calls.callsTo(calls.appOfHost(host)))
      .filter(({ caller }) => caller.workloads.some(({ sidecar, isGateway }) => sidecar !== 'no' && !isGateway))
      .map(({ caller }) => caller.namespace),
  );
}

const listOf = (namespaces: readonly string[]): string => {
  const names = namespaces.slice(0, 3).map((name) => `"${name}"`);
  return `${names.join(', ')}${namespaces.length > 3 ? ` and ${namespaces.length - 3} more` : ''}`;
};

function whyHidden(graph: MeshGraph, declaring: Resource<'DestinationRule'>, host: string, client: string): string {
  const name = objectName(declaring.manifest);
  const used = graph.destinationRuleFor({ namespace: client }, host)?.rules[0];
  if (used) return `${objectName(used.manifest)} is used instead of ${name}`;
  const { exportTo = [] } = declaring.spec;
  const owner = graph.hostsNamed(host)[0]?.namespace ?? serviceOfHost(host, graph.settings.clusterDomain)?.namespace;
  return declaring.namespace === owner || declaring.namespace === graph.settings.rootNamespace
    ? `${name} is exported to ${exportTo.join(', ')} only`
    : `${name} is in a namespace that is neither theirs nor that of the host`;
}
