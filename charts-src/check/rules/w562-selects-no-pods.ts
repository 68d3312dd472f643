import { selects, type Labels } from '../../graph/labels.ts';
import type { MeshGraph } from '../../graph/mesh-graph.ts';
import type { Resource } from '../../graph/resource.ts';
import type { Path } from '../../model/schema.ts';
import { describeSelector, nearestLabels } from '../nearest-labels.ts';
import type { Rule } from '../rule.ts';

/** A setting for proxies that no pod has. */
export const selectsNoPods = {
  code: 'W562',
  name: 'selects-no-pods',
  severity: 'warning',
  summary: 'A Sidecar, Telemetry, EnvoyFilter, WasmPlugin, ProxyConfig or ServiceEntry selects no pod.',
  also: ['IST0101', 'KIA0004'],
  reads: [
    'Sidecar',
    'Telemetry',
    'EnvoyFilter',
    'WasmPlugin',
    'ProxyConfig',
    'DestinationRule',
    'ServiceEntry',
    'WorkloadEntry',
    'Pod',
    'Deployment',
  ],
  *check(graph) {
    for (const { resource, selector, at } of selecting(graph)) {
      if (Object.keys(selector).length === 0 || selectsEntry(graph, resource, selector)) continue;
      // What stands in the root namespace is about the pods of the whole mesh, but for a Sidecar.
      const isMeshWide = resource.namespace === graph.settings.rootNamespace && resource.kind !== 'Sidecar';
      const pods = graph.workloadsBy(isMeshWide ? undefined : resource.namespace);
      if (pods.select(selector).length > 0) continue;
      const here = pods.select({});
      const entries = resource.kind === 'ServiceEntry' ? entriesOf(graph, resource) : [];
      const meant = nearestLabels(selector, [...here, ...entries]);
      yield {
        manifest: resource.manifest,
        at,
        // Gateways, whose pods these mostly are, come with Istio and rarely with the files.
        ...(entries.length > 0 || here.some(({ namespace }) => namespace === resource.namespace)
          ? {}
          : { severity: 'info' as const }),
        message: `${describeSelector({ matchLabels: selector })} selects no pod ${resource.kind === 'ServiceEntry' ? 'and no WorkloadEntry ' : ''}of the files${isMeshWide ? '' : ` in namespace "${resource.namespace}"`}: unless there are others, this ${resource.kind} ${resource.kind === 'ServiceEntry' ? 'has no endpoints and every request gets 503' : 'does nothing'}`,
        fix:
          meant === undefined
            ? `select labels of pods${isMeshWide ? '' : `; a ${resource.kind} reaches its own namespace only`}`
            : `did you mean ${meant}`,
      };
    }
  },
} satisfies Rule;

/** WorkloadEntries beside a ServiceEntry, which it selects like pods. */
const entriesOf = (graph: MeshGraph, { namespace }: Resource): readonly { readonly labels: Labels }[] =>
  graph
    .of('WorkloadEntry')
    .filter((entry) => entry.namespace === namespace)
    .map(({ spec }) => ({ labels: spec.labels ?? {} }));

const selectsEntry = (graph: MeshGraph, resource: Resource, selector: Labels): boolean =>
  resource.kind === 'ServiceEntry' && entriesOf(graph, resource).some(({ labels }) => selects(selector, labels));

interface Selecting {
  readonly resource: Resource;
  readonly selector: Labels;
  readonly at: Path;
}

function selecting(graph: MeshGraph): readonly Selecting[] {
  const labels = ['spec', 'workloadSelector', 'labels'];
  const matchLabels = ['spec', 'selector', 'matchLabels'];
  return [
    ...graph.of('Sidecar').map((resource) => ({
      resource,
      selector: resource.spec.workloadSelector?.labels ?? {},
      at: labels,
    })),
    ...graph.of('EnvoyFilter').map((resource) => ({
      resource,
      selector: resource.spec.workloadSelector?.labels ?? {},
      at: labels,
    })),
    ...graph.of('Telemetry').map((resource) => ({
      resource,
      selector: resource.spec.selector?.matchLabels ?? {},
      at: matchLabels,
    })),
    ...graph.of('WasmPlugin').map((resource) => ({
      resource,
      selector: resource.spec.selector?.matchLabels ?? {},
      at: matchLabels,
    })),
    ...graph.of('ProxyConfig').map((resource) => ({
      resource,
      selector: resource.spec.selector?.matchLabels ?? {},
      at: matchLabels,
    })),
    ...graph.of('ServiceEntry').map((resource) => ({
      resource,
      selector: resource.spec.workloadSelector?.labels ?? {},
      at: labels,
    })),
    ...graph.of('DestinationRule').map((resource) => ({
      resource,
      selector: resource.spec.workloadSelector?.matchLabels ?? {},
      at: ['spec', 'workloadSelector', 'matchLabels'],
    })),
  ];
}
