import type { Client } from '../graph/destination-rules.ts';
import type { MeshGraph } from '../graph/mesh-graph.ts';
import type { MeshHost } from '../graph/mesh-host.ts';
import type { Destination } from '../imports/istio.ts';
import { fullHost } from '../model/host.ts';
import { clusterOf, type Cluster } from './cluster.ts';
import { externalNameOf } from './resolve-name.ts';

/** Where a proxy's routes lead: for whom, from which namespace, and to which port where they name none. */
export interface Routing {
  readonly client: Client;
  /** Namespace of the VirtualService: short names are of it. */
  readonly namespace: string;
  /** Port of a destination that names none. */
  readonly portOf: (host: string) => number;
}

/** A destination of a route, its cluster and its part of the requests. */
export interface Weighted<D> {
  readonly destination: D;
  readonly index: number;
  readonly cluster: Cluster;
  readonly share: number;
}

/** One destination takes all; of several, each its part, and a weight that is missing is 0.
 * Source: Istio's applyHTTPRouteDestination */
export function weighted<D extends { readonly destination: Destination; readonly weight?: number }>(
  graph: MeshGraph,
  destinations: readonly D[],
  routing: Routing,
): readonly Weighted<D>[] {
  const weights = destinations.map(({ weight }) => (destinations.length === 1 ? 1 : (weight ?? 0)));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return destinations.flatMap((destination, index) => {
    const weight = weights[index] ?? 0;
    if (weight === 0) return [];
    return [
      { destination, index, cluster: clusterFor(graph, destination.destination, routing), share: weight / total },
    ];
  });
}

/** The cluster of one destination. */
export function clusterFor(
  graph: MeshGraph,
  { host: named, port, subset }: Destination,
  { client, namespace, portOf }: Routing,
): Cluster {
  const host = fullHost(named, namespace, graph.settings.clusterDomain);
  return clusterOf(graph, client, {
    host,
    port: port?.number ?? portOf(host),
    subset,
    isUnresolved: client.isGateway !== true && !hasPort(graph.hostsNamed(host)[0], portOf(host)),
  });
}

/** A sidecar knows what an ExternalName Service stands for by the Services of the called port.
 * Source: Istio's GetDestinationCluster, BuildSidecarOutboundVirtualHosts */
const hasPort = (host: MeshHost | undefined, called: number): boolean =>
  host === undefined || externalNameOf(host) === undefined || host.ports.some(({ number }) => number === called);
