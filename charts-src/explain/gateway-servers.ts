import type { GatewayNode, GatewayServer } from '../graph/gateways.ts';
import type { MeshGraph } from '../graph/mesh-graph.ts';
import { isHttp, parseProtocol, type Protocol } from '../graph/protocol.ts';
import { boundPort, type GatewayProxy } from './gateway-proxy.ts';

/** A server of a Gateway. */
export interface NodeServer {
  readonly node: GatewayNode;
  readonly server: GatewayServer;
}

/** A server that does not act, and why. */
export interface LostServer extends NodeServer {
  readonly why: string;
}

/** What a gateway has on one port. */
export interface PortServers {
  readonly servers: readonly NodeServer[];
  readonly lost: readonly LostServer[];
}

/**
 * How a server treats what comes in: `http` and `https` look into requests, `tcp` and `tls` hand bytes on (`tls` after
 * ending TLS), `passthrough` hands TLS on without looking into it.
 */
export type ServerKind = 'http' | 'https' | 'tcp' | 'tls' | 'passthrough';

/** Source: Istio's IsHTTPServer, IsTLSServer, IsPassThroughServer */
export function kindOf({ server }: GatewayServer): ServerKind {
  const protocol = protocolOf({ server });
  if (isHttp(protocol)) return 'http';
  if (server.tls === undefined) return 'tcp';
  if (server.tls.mode === 'PASSTHROUGH' || server.tls.mode === 'AUTO_PASSTHROUGH') return 'passthrough';
  return protocol === 'HTTPS' ? 'https' : 'tls';
}

const protocolOf = ({ server }: Pick<GatewayServer, 'server'>): Protocol =>
  parseProtocol(server.port.protocol ?? '') ?? 'TCP';

/**
 * Servers that listen on a port of the pods. The first one decides what the port speaks: HTTP servers share a port, TLS
 * servers share one by their hosts, and what does not fit is left out.
 * Source: Istio's mergeGateways
 */
export function serversOn(graph: MeshGraph, proxy: GatewayProxy, port: number): PortServers {
  const servers: NodeServer[] = [];
  const lost: LostServer[] = [];
  const tlsHosts = new Set<string>();
  let plain: NodeServer | undefined;
  for (const node of proxy.nodes)
    for (const server of node.servers) {
      if (boundPort(graph, proxy, server.server.port.number) !== port) continue;
      const one = { node, server };
      const taken = server.server.tls === undefined ? [] : hostKeys(one).filter((key) => tlsHosts.has(key));
      if (taken.length > 0) {
        lost.push({ ...one, why: `an older server of this port has the host ${taken.join(', ')}` });
        continue;
      }
      if (plain !== undefined && !(isHttp(protocolOf(plain.server)) && isHttp(protocolOf(server)))) {
        lost.push({ ...one, why: `the port speaks ${protocolOf(plain.server)} already, by Gateway ${plain.node.key}` });
        continue;
      }
      if (server.server.tls !== undefined) for (const key of hostKeys(one)) tlsHosts.add(key);
      const kind = kindOf(server);
      if (servers.length === 0 && (kind === 'http' || kind === 'tcp')) plain = one;
      servers.push(one);
    }
  return { servers, lost };
}

const hostKeys = ({ server }: NodeServer): readonly string[] =>
  server.hosts.map(({ namespace, host }) => (namespace === '*' ? host : `${namespace}/${host}`));
