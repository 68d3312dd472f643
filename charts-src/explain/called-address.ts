import type { MeshGraph } from '../graph/mesh-graph.ts';
import type { MeshHost } from '../graph/mesh-host.ts';
import type { Share } from './arrive-at.ts';
import type { Sender } from './arrivals.ts';
import { clientTls } from './client-tls.ts';
import type { Cluster } from './cluster.ts';
import { principalOf } from './principal-of.ts';
import type { Steps } from './steps.ts';

/** A connection as its client made it. */
export interface Called {
  /** The host that was called; undefined where the address is none that the files know. */
  readonly host: MeshHost | undefined;
  readonly port: number;
}

/**
 * Where requests of a route arrive. A cluster that keeps the address sends them to the host that the client called,
 * whatever host the route names: as if for the pods of the route's host, so a certificate of other pods is refused.
 * Source: Envoy's ORIGINAL_DST clusters
 */
export const atCalledAddress = (
  graph: MeshGraph,
  steps: Steps,
  sender: Sender,
  called: Called,
  shares: readonly Share[],
): readonly Share[] =>
  shares.map((share) => {
    const { cluster } = share;
    if (!cluster.keepsAddress || cluster.problem !== undefined || called.host?.host === cluster.host) return share;
    const where = called.host?.host ?? 'the address that was called';
    steps.add(
      'cluster',
      `${cluster.name} sends to ${where}`,
      `${cluster.host} has no address of its own, so the connection keeps the one that the client called`,
      cluster.target && { manifest: cluster.target.manifest, at: ['spec'] },
    );
    return { ...share, cluster: moved(graph, sender, called, cluster) };
  });

function moved(graph: MeshGraph, sender: Sender, { host, port }: Called, cluster: Cluster): Cluster {
  const workloads = host?.workloads ?? [];
  const accounts = new Set(cluster.workloads.map((workload) => principalOf(graph, workload)));
  const speaksMutual = clientTls(graph, cluster, cluster.workloads[0], sender).tls === 'mutual';
  const stranger = workloads.find((workload) => !accounts.has(principalOf(graph, workload)));
  return {
    ...cluster,
    workloads,
    named: [],
    meshPort: host?.ports.find(({ number }) => number === port),
    replicas: undefined,
    ...(speaksMutual &&
      stranger !== undefined && {
        problem: {
          flag: 'UF',
          what: `${stranger.name} has another identity than the pods of ${cluster.host}: the handshake fails`,
        },
      }),
  };
}
