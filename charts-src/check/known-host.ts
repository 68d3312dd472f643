import type { MeshGraph } from '../graph/mesh-graph.ts';
import type { MeshHost } from '../graph/mesh-host.ts';

/** What the registry holds under a name, seen from a namespace, else from anywhere. */
export const knownHost = (graph: MeshGraph, host: string, namespace: string): MeshHost | undefined =>
  graph.lookUp(host, namespace) ?? graph.hostsNamed(host)[0];
