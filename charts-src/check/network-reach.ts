import { selectorMatches, type Labels } from '../graph/labels.ts';
import type { MeshGraph } from '../graph/mesh-graph.ts';
import { NAME_LABEL, NetworkPolicies, type Passage, type Peer, type Port } from '../graph/network-policies.ts';
import type { LabelSelectorSpec } from '../graph/shapes.ts';
import type { Workload } from '../graph/workload.ts';
import { perGraph } from '../graph/per-graph.ts';

/** The NetworkPolicies of a mesh, read once. */
export const networkPoliciesOf = perGraph((graph) => new NetworkPolicies(graph));

/** Labels of a namespace as a NetworkPolicy sees them: Kubernetes adds its name. */
export const namespaceLabels = (graph: Pick<MeshGraph, 'namespaces'>, name: string): Labels => ({
  ...graph.namespaces.get(name)?.labels,
  [NAME_LABEL]: name,
});

/** Whether a peer can be these pods; by addresses it can. */
export function mayBe(graph: Pick<MeshGraph, 'namespaces'>, peer: Peer | undefined, pods: Workload): boolean {
  if (peer?.kind !== 'pods') return true;
  return selectorMatches(peer.pods, pods.labels) && mayBeOf(graph, peer, pods.namespace);
}

/** Whether pods of a namespace can be meant, whatever their labels. Labels of one that is not declared can be any. */
export function mayBeOf({ namespaces }: Pick<MeshGraph, 'namespaces'>, peer: Peer | undefined, name: string): boolean {
  if (peer?.kind !== 'pods') return true;
  const declared = namespaces.get(name)?.manifest;
  if (declared !== undefined) return selectorMatches(peer.namespaces, namespaceLabels({ namespaces }, name));
  const wanted = peer.namespaces.matchLabels?.[NAME_LABEL];
  return (
    (wanted === undefined || wanted === name) &&
    (peer.namespaces.matchExpressions ?? []).every(
      (expression) =>
        expression.key !== NAME_LABEL || selectorMatches({ matchExpressions: [expression] }, { [NAME_LABEL]: name }),
    )
  );
}

/** Whether a port of pods is open; one by name is the port of that name in their containers. */
export function opens(port: Port | undefined, protocol: string, number: number, pods?: Workload): boolean {
  if (port === undefined) return true;
  if (port.protocol !== protocol) return false;
  if (port.from === undefined) return true;
  if (typeof port.from === 'string')
    return (
      pods === undefined ||
      [...(pods.pod.containers ?? []), ...(pods.pod.initContainers ?? [])].some(({ ports = [] }) =>
        ports.some(({ name, containerPort }) => name === port.from && containerPort === number),
      )
    );
  return port.from <= number && number <= (port.to ?? port.from);
}

/** Whether a passage selects pods that nobody among the files is, though their namespace is among them. */
export function isToNobody(graph: MeshGraph, { peer }: Pick<Passage, 'peer'>): boolean {
  if (peer?.kind !== 'pods') return false;
  const meant = [...graph.namespaces.keys()].filter((name) => mayBeOf(graph, peer, name));
  // Of a namespace without pods among the files nobody knows which there are.
  return (
    meant.length > 0 &&
    meant.every((name) => populated(graph).has(name)) &&
    !meant.some((name) => hasPods(graph, name, peer.pods))
  );
}

/** Namespaces that have pods among the files. */
const populated = perGraph((graph) => new Set(graph.workloads.map(({ namespace }) => namespace)));

/** Whether a selector finds pods of a namespace. */
export const hasPods = (graph: MeshGraph, namespace: string, selector: LabelSelectorSpec): boolean =>
  graph
    .workloadsBy(namespace)
    .select(selector.matchLabels ?? {})
    .some(({ labels }) => selectorMatches(selector, labels));

/** The name of the namespace that labels were probably meant to be: `name: shop`, which nobody has. */
export function namespaceMeant(graph: MeshGraph, { peer }: Pick<Passage, 'peer'>): string | undefined {
  if (peer?.kind !== 'pods') return undefined;
  const names = [...graph.namespaces.keys()];
  if (names.some((name) => mayBeOf(graph, peer, name))) return undefined;
  return Object.entries(peer.namespaces.matchLabels ?? {})
    .filter(([key]) => key !== NAME_LABEL)
    .map(([, value]) => value)
    .find((value) => graph.namespaces.get(value)?.manifest !== undefined);
}
