import { sharedHosts } from '../../graph/gateways.ts';
import type { MeshGraph } from '../../graph/mesh-graph.ts';
import type { MeshHost, MeshPort } from '../../graph/mesh-host.ts';
import { isHttp, mayBeHttp, parseProtocol } from '../../graph/protocol.ts';
import { routeDestinations, type RouteDestination } from '../../graph/route-destinations.ts';
import { clientsOf, isForGateway } from '../../graph/virtual-service-clients.ts';
import { gatewaysOf, MESH_GATEWAY, virtualServiceHosts } from '../../graph/virtual-services.ts';
import type { Server } from '../../imports/istio.ts';
import { knownHost } from '../known-host.ts';
import type { Rule } from '../rule.ts';

/**
 * A destination without a port is sent to the port that was called. Where the host does not have that one, there is no
 * cluster and Envoy answers 503. At a gateway the only port of a host is taken, so there two are needed for it to fail.
 */
export const destinationPortMissing = {
  code: 'W103',
  name: 'destination-port-missing',
  severity: 'error',
  summary: 'A VirtualService leaves out the port of a destination that does not have the one that is called.',
  also: [],
  reads: ['VirtualService', 'Service', 'ServiceEntry', 'Gateway'],
  *check(graph) {
    for (const virtualService of graph.of('VirtualService'))
      for (const route of routeDestinations(virtualService, graph.settings.clusterDomain)) {
        const { destination, host, at } = route;
        if (destination.port?.number !== undefined) continue;
        const target = knownHost(graph, host, virtualService.namespace);
        if (target === undefined || target.ports.length === 0) continue;
        const ports = target.ports.map(({ number }) => number);
        const fix = `add the port: port: { number: ${ports.join(' or ')} }`;
        const called = calledPorts(graph, route, target);
        const several = ports.length > 1;
        const missing = called.filter((port) => !ports.includes(port));
        const [first] = missing;
        const also = several ? ['IST0112'] : [];
        const spot = { manifest: virtualService.manifest, at: [...at, 'host'], fix, also };
        if (first !== undefined)
          yield {
            ...spot,
            severity: missing.length === called.length ? 'error' : 'warning',
            message: `without a port, requests to port ${missing.join(', ')} stay on that port, which host "${destination.host}" does not have (its ports: ${ports.join(', ')}): Envoy answers 503`,
          };
        else if (several && called.length === 0)
          yield {
            ...spot,
            severity: 'warning',
            message: `host "${destination.host}" has the ports ${ports.join(', ')} and none is named: requests stay on the port that was called, which the files do not tell`,
          };
      }
  },
} satisfies Rule;

/** Ports of listeners on which requests reach this route; none where the files do not tell. */
function calledPorts(graph: MeshGraph, route: RouteDestination, target: MeshHost): readonly number[] {
  const { virtualService, protocol, rule } = route;
  const ports = new Set<number>();
  const clients = clientsOf(graph);
  const acts = (port: MeshPort): boolean => (protocol === 'http' ? mayBeHttp(port.protocol) : !isHttp(port.protocol));
  for (const acting of clients.actingFor(virtualService)) {
    if (gatewaysOf(acting).includes(MESH_GATEWAY) && isForGateway(route, MESH_GATEWAY))
      for (const name of virtualServiceHosts(acting, graph.settings.clusterDomain))
        for (const { ports: called } of graph.hostsNamed(name))
          for (const port of called) if (acts(port)) ports.add(port.number);
    // A gateway takes the only port that there is.
    if (target.ports.length > 1)
      for (const { servers } of clients.of(acting).gateways.filter(({ key }) => isForGateway(route, key)))
        for (const server of servers)
          if (leadsOn(server.server, protocol) && sharedHosts(server, acting, graph.settings.clusterDomain).length > 0)
            ports.add(server.server.port.number);
  }
  const wanted = matchedPorts(virtualService.spec[protocol]?.[rule]?.match);
  return [...ports].filter((port) => wanted === undefined || wanted.includes(port));
}

/** Whether what comes to a server of a gateway can get to rules of a protocol. */
function leadsOn({ port, tls }: Server, protocol: RouteDestination['protocol']): boolean {
  if (port.number <= 0 || tls?.httpsRedirect === true) return false;
  const speaks = parseProtocol(port.protocol ?? '') ?? 'TCP';
  const isSeen = isHttp(speaks) || (speaks === 'HTTPS' && !(tls?.mode ?? 'PASSTHROUGH').endsWith('PASSTHROUGH'));
  return (protocol === 'http') === isSeen;
}

/** Ports that the matches of a rule ask for; undefined where one asks for none. */
function matchedPorts(matches: readonly { readonly port?: number }[] = []): readonly number[] | undefined {
  const ports = matches.map(({ port }) => port);
  return ports.length === 0 || ports.some((port) => !port) ? undefined : ports.map((port) => port ?? 0);
}
