import { selects, type Labels } from '../graph/labels.ts';
import type { MeshGraph } from '../graph/mesh-graph.ts';
import type { MeshHost } from '../graph/mesh-host.ts';
import { isVisible, type EgressListener } from '../graph/sidecars.ts';

const joined = new WeakMap<MeshHost, MeshHost>();

/**
 * A host as a proxy knows it: ServiceEntries of one namespace that name the same host, and differ in nothing but their
 * ports, act as one.
 * Source: Istio's appendSidecarServices, canMergeServices
 */
export function whole(graph: MeshGraph, host: MeshHost): MeshHost {
  if (host.from.kind !== 'ServiceEntry') return host;
  const all = graph.hostsNamed(host.host);
  if (all.length === 1) return host;
  const first = all.find((other) => mergeable(other, host)) ?? host;
  const known = joined.get(first);
  if (known) return known;
  const ports = new Map(first.ports.map((port) => [port.number, port]));
  for (const other of all)
    if (mergeable(first, other))
      for (const port of other.ports) if (!ports.has(port.number)) ports.set(port.number, port);
  const merged = ports.size === first.ports.length ? first : { ...first, ports: [...ports.values()] };
  joined.set(first, merged);
  return merged;
}

function mergeable(one: MeshHost, other: MeshHost): boolean {
  if (one.from.kind !== 'ServiceEntry' || other.from.kind !== 'ServiceEntry' || one.namespace !== other.namespace)
    return false;
  const [a, b] = [one.from.entry.spec, other.from.entry.spec];
  const labels = (labelsOf: Labels | undefined): Labels => labelsOf ?? {};
  return (
    (a.resolution ?? 'NONE') === (b.resolution ?? 'NONE') &&
    sameLabels(labels(a.workloadSelector?.labels), labels(b.workloadSelector?.labels)) &&
    sameLabels(one.manifest.labels, other.manifest.labels) &&
    [...one.exportTo].sort().join() === [...other.exportTo].sort().join()
  );
}

const sameLabels = (one: Labels, other: Labels): boolean =>
  Object.keys(one).length === Object.keys(other).length && selects(one, other);

/** What a client in a namespace means by a full name. */
export function lookUp(graph: MeshGraph, host: string, clientNamespace: string): MeshHost | undefined {
  const found = graph.lookUp(host, clientNamespace);
  return found && whole(graph, found);
}

const knownTo = new WeakMap<EgressListener, ReadonlyMap<string, MeshHost>>();

/** Hosts that a listener knows, worked out once: a listener is of one namespace of one mesh. */
export function knownHosts(
  graph: MeshGraph,
  listener: EgressListener,
  namespace: string,
): ReadonlyMap<string, MeshHost> {
  const known = knownTo.get(listener) ?? hostsKnownTo(graph, listener, namespace);
  knownTo.set(listener, known);
  return known;
}

/**
 * Hosts that a listener knows, each name once: of two with one name that of the client's namespace, then a Service of
 * Kubernetes, then the older one.
 * Source: Istio's selectServices, appendSidecarServices
 */
function hostsKnownTo(graph: MeshGraph, listener: EgressListener, namespace: string): ReadonlyMap<string, MeshHost> {
  const known = new Map<string, MeshHost>();
  const rank = (host: MeshHost): number =>
    (host.namespace === namespace ? 0 : 2) + (host.from.kind === 'Service' ? 0 : 1);
  for (const host of graph.hosts) {
    if (!isVisible(host, namespace) || !listener.imports(host)) continue;
    const before = known.get(host.host);
    if (before === undefined || rank(host) < rank(before)) known.set(host.host, host);
  }
  for (const [name, host] of known) known.set(name, whole(graph, host));
  return known;
}
