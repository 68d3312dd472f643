import type { WorkloadEntrySpec, WorkloadGroupSpec } from '../imports/istio.ts';
import { isIpAddress } from '../model/host.ts';
import { selects, type Labels } from './labels.ts';
import type { MeshGraph } from './mesh-graph.ts';
import type { MeshHost, MeshPort } from './mesh-host.ts';
import type { Resource } from './resource.ts';

/**
 * Endpoints of a host that are written down and are no pods: those of a ServiceEntry, WorkloadEntries that a selector
 * finds, and for a Service those of a ServiceEntry of its namespace that has its name.
 *
 * @param port - only those that serve this port of a Service
 * Source: Istio's EndpointBuilder.snapshotShards, which joins what all registries know of a host
 */
export function fixedEndpoints(
  graph: MeshGraph,
  host: MeshHost,
  port?: Pick<MeshPort, 'name' | 'targetPort'>,
): readonly WorkloadEntrySpec[] {
  const { from } = host;
  if (from.kind === 'ServiceEntry') return ofServiceEntry(graph, from.entry);
  const { selector = {}, type } = from.spec;
  if (type === 'ExternalName') return [];
  const selected = Object.keys(selector).length === 0 ? [] : entriesWith(graph, host.namespace, selector);
  const serving = selected.filter(({ ports = {} }) => {
    const named = port?.targetPort;
    // A number is a port of every machine, a name only of one that has it.
    return typeof named !== 'string' || Object.hasOwn(ports, named) || Object.hasOwn(ports, port?.name ?? '');
  });
  const named = graph.hostsNamed(host.host).flatMap(({ from: other, namespace, ports }) => {
    if (other.kind !== 'ServiceEntry' || namespace !== host.namespace) return [];
    // Endpoints are joined by the names of ports.
    const serves = port === undefined || ports.some(({ name }) => name === port.name);
    return serves ? ofServiceEntry(graph, other.entry) : [];
  });
  // Kubernetes has no endpoints with names for addresses.
  return [...serving, ...named].filter(({ address = '' }) => isIpAddress(address));
}

function ofServiceEntry(graph: MeshGraph, { spec, namespace }: Resource<'ServiceEntry'>): readonly WorkloadEntrySpec[] {
  if (spec.workloadSelector !== undefined) return entriesWith(graph, namespace, spec.workloadSelector.labels ?? {});
  return (spec.resolution ?? 'NONE') === 'NONE' ? [] : (spec.endpoints ?? []);
}

/** Whether workloads outside of the cluster may come under these labels by themselves, by a WorkloadGroup. */
export const mayRegister = (graph: MeshGraph, namespace: string, selector: Labels): boolean =>
  graph
    .of('WorkloadGroup')
    .some((group) => group.namespace === namespace && selects(selector, labelsOfGroup(group.spec)));

const labelsOfGroup = ({ metadata, template }: WorkloadGroupSpec): Labels => ({
  ...template.labels,
  ...metadata?.labels,
});

const entriesWith = (graph: MeshGraph, namespace: string, selector: Labels): readonly WorkloadEntrySpec[] =>
  (entriesIn(graph).get(namespace) ?? []).filter(({ labels = {} }) => selects(selector, labels));

const made = new WeakMap<MeshGraph, ReadonlyMap<string, readonly WorkloadEntrySpec[]>>();

/** WorkloadEntries by namespace, worked out once a mesh. */
function entriesIn(graph: MeshGraph): ReadonlyMap<string, readonly WorkloadEntrySpec[]> {
  const known = made.get(graph);
  if (known) return known;
  const found = new Map<string, WorkloadEntrySpec[]>();
  for (const { namespace, manifest, spec } of graph.of('WorkloadEntry')) {
    // A selector finds an entry by its own labels as well as by those of what it describes.
    const entry = { ...spec, labels: { ...spec.labels, ...manifest.labels } };
    const list = found.get(namespace);
    if (list) list.push(entry);
    else found.set(namespace, [entry]);
  }
  made.set(graph, found);
  return found;
}
