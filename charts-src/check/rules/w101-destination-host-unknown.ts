import { clientsOf } from '../../graph/virtual-service-clients.ts';
import type { MeshGraph } from '../../graph/mesh-graph.ts';
import { routeDestinations, type RouteDestination } from '../../graph/route-destinations.ts';
import type { Hit, Rule } from '../rule.ts';
import { notDescribed, unknownHost, type UnknownHost } from '../unknown-host.ts';

/** A route sends requests to a host that Istio does not know: there is no cluster for it, and Envoy answers 503. */
export const destinationHostUnknown = {
  code: 'W101',
  name: 'destination-host-unknown',
  severity: 'error',
  summary: 'A VirtualService routes to a host that no Service and no ServiceEntry has.',
  also: ['IST0101', 'KIA1101'],
  reads: ['VirtualService', 'Service', 'ServiceEntry'],
  *check(graph) {
    for (const virtualService of graph.of('VirtualService')) {
      const undescribed = new Set<string>();
      for (const route of routeDestinations(virtualService, graph.settings.clusterDomain)) {
        const unknown = unknownHost(graph, route.host, viewpoints(graph, route));
        if (unknown === undefined) continue;
        if (unknown.reason === 'not described') {
          // What only cannot be told is said once.
          if (undescribed.has(route.host)) continue;
          undescribed.add(route.host);
        }
        yield { manifest: virtualService.manifest, at: [...route.at, 'host'], ...wordsFor(route, unknown) };
      }
    }
  },
} satisfies Rule;

/** Namespaces whose proxies look the host up: those that the VirtualService is exported to, else its own. */
function viewpoints(graph: MeshGraph, { virtualService }: RouteDestination): readonly string[] {
  const { spec, namespace } = virtualService;
  const named = (spec.exportTo ?? []).map((to) => (to === '.' ? namespace : to));
  if (named.length > 0 && !named.includes('*')) return named;
  const { gateways } = clientsOf(graph).of(virtualService);
  return [namespace, ...gateways.flatMap((node) => clientsOf(graph).namespacesOf(node))];
}

function wordsFor(
  { destination: { host: written }, host, isMirror }: RouteDestination,
  unknown: UnknownHost,
): Pick<Hit, 'message' | 'fix' | 'severity'> {
  const full = written === host ? '' : ` (${host})`;
  const comes = isMirror ? 'nothing is mirrored' : 'Envoy has no cluster for it and answers 503';
  switch (unknown.reason) {
    case 'half-qualified':
      return {
        message: `"${written}" is no host: Istio completes only names without a dot, so ${comes}`,
        fix: `write the full name ${unknown.meant}`,
      };
    case 'no such Service':
      return {
        message: `host "${written}"${full} is unknown: namespace "${unknown.namespace}" has no such Service, so ${comes}`,
        fix:
          unknown.meant === undefined
            ? `name a Service of "${unknown.namespace}", or the full name of one elsewhere`
            : `did you mean ${unknown.meant}`,
      };
    case 'not exported':
      return {
        message: `host "${written}"${full} is exported to ${unknown.exportTo.join(', ')} only, so here ${comes}`,
        fix: `add this namespace to the exportTo of the host in "${unknown.from}"`,
      };
    case 'no ServiceEntry':
      return {
        severity: 'warning',
        message: `host "${written}" is outside the cluster and no ServiceEntry of the files adds it; without one ${comes}`,
        fix: `add a ServiceEntry for ${host}, or check the folder that has it together with this one`,
      };
    case 'not described':
      return notDescribed(written, host, unknown);
  }
}
