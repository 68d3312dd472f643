import { sharedHosts, type GatewayNode, type GatewayServer } from '../graph/gateways.ts';
import type { MeshGraph } from '../graph/mesh-graph.ts';
import type { LostRule } from '../graph/http-rules.ts';
import { bySpecificity, hostCovers } from '../model/host.ts';
import type { GatewayProxy } from './gateway-proxy.ts';
import type { NodeServer } from './gateway-servers.ts';
import type { Resource } from '../graph/resource.ts';
import { isCatchAll, type MatchingProxy } from './match-request.ts';
import { proxyRoutes, withoutPort, type LeftOut, type ProxyRoutes, type Route } from './proxy-routes.ts';

/** One host of a gateway's port: the routes of all VirtualServices that are bound to it. */
export interface GatewayHost {
  readonly host: string;
  readonly node: GatewayNode;
  readonly server: GatewayServer;
  /** In the order in which Envoy tries them: those that take everything come last. */
  readonly routes: readonly Route[];
  readonly leftOut: readonly LeftOut[];
  readonly lost: readonly LostRule[];
  readonly redirectsToHttps: boolean;
}

type Growing = { -readonly [K in keyof GatewayHost]: GatewayHost[K] };

/**
 * What a gateway knows of an authority on the servers of one table of routes: all plain ones of a port, or one that
 * ends TLS.
 * Source: Istio's buildGatewayHTTPRouteConfig; VirtualServices of one host are merged here, unlike on sidecars
 */
export function gatewayHost(
  graph: MeshGraph,
  proxy: GatewayProxy,
  servers: readonly NodeServer[],
  authority: string,
): GatewayHost | undefined {
  const name = withoutPort(authority).toLowerCase();
  const hosts = new Map<string, Growing>();
  const made = new Map<string, ProxyRoutes>();
  for (const { node, server } of servers) addServer(graph, proxy, { node, server }, { hosts, made });
  const [best] = [...hosts.values()]
    .filter(({ host }) => hostCovers(host, name))
    .sort((a, b) => bySpecificity(a.host, b.host));
  return (
    best && { ...best, routes: [...best.routes.filter((route) => !takesAll(route)), ...best.routes.filter(takesAll)] }
  );
}

/** What is known of a table of routes so far. */
interface GrowingTable {
  readonly hosts: Map<string, Growing>;
  /** By Gateway and VirtualService. */
  readonly made: Map<string, ProxyRoutes>;
}

function routesFor(graph: MeshGraph, virtualService: Resource<'VirtualService'>, proxy: MatchingProxy): ProxyRoutes {
  const found = proxyRoutes(graph, virtualService, proxy);
  return { ...found, routes: found.routes.map((route) => ({ ...route, listenerPort: proxy.port })) };
}

function addServer(
  graph: MeshGraph,
  proxy: GatewayProxy,
  { node, server }: NodeServer,
  { hosts, made }: GrowingTable,
): void {
  const redirects = server.server.tls?.httpsRedirect === true;
  const asks: MatchingProxy = {
    gateway: node.key,
    namespace: proxy.namespace,
    labels: proxy.labels,
    port: server.server.port.number,
  };
  for (const virtualService of graph.virtualServices.visibleTo(proxy.namespace, node.key)) {
    const shared = sharedHosts(server, virtualService, graph.settings.clusterDomain);
    if (shared.length === 0) continue;
    // All servers of a Gateway in one table share the routes that were made for the first of them.
    const key = `${node.key} ${virtualService.namespace}/${virtualService.name}`;
    const { routes, leftOut, lost } = made.get(key) ?? routesFor(graph, virtualService, asks);
    if (routes.length === 0) continue;
    made.set(key, { virtualService, routes, leftOut, lost });
    for (const host of shared) {
      const known = hosts.get(host) ?? {
        host,
        node,
        server,
        routes: [],
        leftOut: [],
        lost: [],
        redirectsToHttps: false,
      };
      known.routes = [...known.routes, ...routes];
      known.leftOut = [...known.leftOut, ...leftOut];
      known.lost = [...known.lost, ...lost];
      known.redirectsToHttps ||= redirects;
      hosts.set(host, known);
    }
  }
  if (!redirects) return;
  for (const { namespace, host } of server.hosts) {
    // Istio takes `ns/host` for the name itself here, and no request has that.
    if (namespace !== '*') continue;
    const known = hosts.get(host);
    if (known) known.redirectsToHttps = true;
    else hosts.set(host, { host, node, server, routes: [], leftOut: [], lost: [], redirectsToHttps: true });
  }
}

const takesAll = ({ match }: Route): boolean => match === undefined || isCatchAll(match.match);
