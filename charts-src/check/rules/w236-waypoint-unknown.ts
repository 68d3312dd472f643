import { gatewayApiOf, takesNamespace, type GatewayApi } from '../../graph/gateway-api.ts';
import type { MeshGraph } from '../../graph/mesh-graph.ts';
import { USE_WAYPOINT, waypointOf } from '../../graph/waypoints.ts';
import { WORKLOAD_KINDS } from '../../graph/workload.ts';
import type { Manifest } from '../../manifest/manifest.ts';
import { closest } from '../../model/closest.ts';
import type { Path } from '../../model/schema.ts';
import type { Hit, Rule } from '../rule.ts';

/** A label sends traffic through a waypoint that is not there: it goes without one, past all policies about HTTP. */
export const waypointUnknown = {
  code: 'W236',
  name: 'waypoint-unknown',
  severity: 'error',
  summary: 'A label names a waypoint that is not there, or that does not serve the namespace.',
  reads: ['Namespace', 'Service', 'ServiceEntry', 'WorkloadEntry', 'Gateway', ...WORKLOAD_KINDS],
  *check(graph) {
    const api = gatewayApiOf(graph);
    for (const { manifest, labels, namespace, at } of labelled(graph)) {
      const meant = waypointOf(labels, namespace);
      if (meant === undefined || meant === 'none') continue;
      const found = judge(graph, api, meant, namespace);
      if (found !== undefined) yield { manifest, at: [...at, USE_WAYPOINT], ...found };
    }
  },
} satisfies Rule;

interface Labelled {
  readonly manifest: Manifest;
  readonly labels: Manifest['labels'];
  readonly namespace: string;
  readonly at: Path;
}

/** Everything whose labels may name a waypoint. */
function* labelled(graph: MeshGraph): Iterable<Labelled> {
  const at = ['metadata', 'labels'];
  for (const manifest of graph.objects('Namespace', ''))
    yield { manifest, labels: manifest.labels, namespace: manifest.name, at };
  for (const { manifest } of [...graph.services, ...graph.of('ServiceEntry'), ...graph.of('WorkloadEntry')])
    yield { manifest, labels: manifest.labels, namespace: manifest.namespace, at };
  for (const { manifest, labels, namespace, at: template } of graph.workloads)
    yield { manifest, labels, namespace, at: [...template, 'metadata', 'labels'] };
}

type Found = Pick<Hit, 'message' | 'fix' | 'severity'>;

const PAST = 'traffic goes without it, and the policies and routes of the waypoint do nothing';

function judge(
  graph: MeshGraph,
  api: GatewayApi,
  { name, namespace }: { readonly name: string; readonly namespace: string },
  from: string,
): Found | undefined {
  const waypoint = api.gateway(namespace, name);
  if (waypoint !== undefined) {
    const { listeners } = waypoint;
    if (listeners.length === 0 || listeners.some((listener) => takesNamespace(graph, listener, namespace, from)))
      return undefined;
    return {
      message: `waypoint "${namespace}/${name}" serves other namespaces, not "${from}": ${PAST}`,
      fix: `set allowedRoutes.namespaces of its listener: { from: Selector, selector: { matchLabels: { kubernetes.io/metadata.name: ${from} } } }`,
    };
  }
  const elsewhere = api.gateways.find((gateway) => gateway.name === name);
  const here = api.gateways.filter((gateway) => gateway.namespace === namespace).map((gateway) => gateway.name);
  const meant = closest(name, here);
  const isSure = elsewhere !== undefined || meant !== undefined;
  return {
    // `istioctl waypoint apply` makes one that stands in no file.
    severity: isSure ? 'error' : here.length > 0 ? 'warning' : 'info',
    message: `there is no waypoint "${name}" in namespace "${namespace}"${isSure ? '' : ' among the files'}: ${isSure ? '' : 'unless it is made elsewhere, '}${PAST}`,
    fix:
      elsewhere !== undefined
        ? `add the label istio.io/use-waypoint-namespace: ${elsewhere.namespace}`
        : meant === undefined
          ? `add a Gateway "${name}" with gatewayClassName: istio-waypoint`
          : `did you mean ${meant}`,
  };
}
