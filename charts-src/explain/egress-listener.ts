import type { MeshGraph } from '../graph/mesh-graph.ts';
import type { MeshHost } from '../graph/mesh-host.ts';
import { isHttp } from '../graph/protocol.ts';
import { LOOPBACK, type EgressListener, type SidecarScope } from '../graph/sidecars.ts';
import { knownHosts } from './registry.ts';
import type { Request } from './request.ts';
import { hasNoAddress } from './resolve-name.ts';

/**
 * The listener of a sidecar that a connection comes to: one for the called address or port that has hosts there, else
 * the one for all others. Bytes to a host with an address of its own have a listener of that address.
 * Source: Istio's buildSidecarOutboundListeners
 */
export function listenerFor(
  graph: MeshGraph,
  { egress, namespace }: SidecarScope,
  target: MeshHost | undefined,
  request: Pick<Request, 'host' | 'port'>,
): EgressListener | undefined {
  const listening = egress.filter(
    (listener) =>
      serves(listener, request) &&
      (listener.port === undefined || hasHosts(knownHosts(graph, listener, namespace), listener)),
  );
  const [first] = listening;
  if (target === undefined || hasNoAddress(target)) return first;
  const own = listening.find((listener) => knownHosts(graph, listener, namespace).get(target.host) === target);
  const port = target.ports.find(({ number }) => number === request.port);
  return own !== undefined && port !== undefined && !isHttp(own.protocol ?? port.protocol) ? own : first;
}

function serves({ port, bind }: EgressListener, request: Pick<Request, 'host' | 'port'>): boolean {
  if (port !== undefined && port !== request.port) return false;
  return bind === undefined || bind === (request.host === 'localhost' ? LOOPBACK : request.host);
}

/** A listener for a port is made for the hosts that have this port. Source: Istio's needsPortMatch */
const hasHosts = (known: ReadonlyMap<string, MeshHost>, { port, protocol }: EgressListener): boolean =>
  protocol === 'HTTP_PROXY' || [...known.values()].some(({ ports }) => ports.some(({ number }) => number === port));

/** The listener whose routes count for requests on a port: the first one for that port, whatever its address.
 * Source: Istio's GetEgressListenerForRDS */
export const routesListenerFor = ({ egress }: SidecarScope, port: number): EgressListener | undefined =>
  egress.find((listener) => listener.port === undefined || listener.port === port);
