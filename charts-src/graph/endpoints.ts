import type { WorkloadEntrySpec, WorkloadGroupSpec } from '../imports/istio.ts';
import { isIpAddress } from '../model/host.ts';
import { push } from '../model/multimap.ts';
import { selects, type Labels } from './labels.ts';
import type { MeshGraph } from './mesh-graph.ts';
import type { MeshHost, MeshPort } from './mesh-host.ts';
import { perGraph } from './per-graph.ts';
import type { Resource } from './resource.ts';
import type { Workload } from './workload.ts';

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
  const named = joining(graph, host, port).flatMap(({ entry }) => ofServiceEntry(graph, entry));
  // Kubernetes has no endpoints with names for addresses.
  return [...serving, ...named].filter(({ address = '' }) => isIpAddress(address));
}

/** Pods that answer for a host: its own, and for a Service those of a ServiceEntry that joins it. */
export const podsOf = (graph: MeshGraph, host: MeshHost, port?: Pick<MeshPort, 'name'>): readonly Workload[] => {
  const joined = joining(graph, host, port).flatMap(({ workloads }) => workloads);
  return joined.length === 0 ? host.workloads : [...new Set([...host.workloads, ...joined])];
};

/** ServiceEntries of the namespace and the name of a Service: endpoints are joined by the names of ports. */
const joining = (
  graph: MeshGraph,
  { from, host, namespace }: MeshHost,
  port: Pick<MeshPort, 'name'> | undefined,
): readonly { readonly entry: Resource<'ServiceEntry'>; readonly workloads: readonly Workload[] }[] =>
  from.kind === 'ServiceEntry'
    ? []
    : graph.hostsNamed(host).flatMap((other) => {
        if (other.from.kind !== 'ServiceEntry' || other.namespace !== namespace) return [];
        const serves = port === undefined || other.ports.some(({ name }) => name === port.name);
        return serves ? [{ entry: other.from.entry, workloads: other.workloads }] : [];
      });

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

/** WorkloadEntries by namespace, worked out once a mesh. */
const entriesIn = perGraph((graph): ReadonlyMap<string, readonly WorkloadEntrySpec[]> => {
  const found = new Map<string, WorkloadEntrySpec[]>();
  for (const { namespace, manifest, spec } of graph.of('WorkloadEntry')) {
    // A selector finds an entry by its own labels as well as by those of what it describes.
    const entry = { ...spec, labels: { ...spec.labels, ...manifest.labels } };
    push(found, namespace, entry);
  }
  return found;
});
