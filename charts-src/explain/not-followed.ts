import { GATEWAY_API, gatewayApiOf, takesHost, type ApiParent } from '../graph/gateway-api.ts';
import { ingressBackends } from '../graph/ingress-backends.ts';
import { selects } from '../graph/labels.ts';
import type { MeshGraph } from '../graph/mesh-graph.ts';
import type { MeshHost } from '../graph/mesh-host.ts';
import type { Pods } from '../graph/policies.ts';
import { isAmbient } from '../graph/waypoints.ts';
import { workloadName, type Workload } from '../graph/workload.ts';
import type { EnvoyConfigMatchBase } from '../imports/istio.ts';
import { objectName } from '../manifest/manifest.ts';
import { hostCovers } from '../model/host.ts';
import type { RequestProblem } from './request.ts';

// What may change an answer and is not followed: where one of these is about a request, the answer says so.

/** Where in the mesh a proxy meets a request. */
type ProxyContext = Exclude<NonNullable<EnvoyConfigMatchBase['context']>, 'ANY' | 'WAYPOINT'>;

/** Objects that change proxies in ways that no rule describes. */
export function extensionsOf(graph: MeshGraph, pods: Pods, context: ProxyContext): readonly string[] {
  const filters = graph
    .of('EnvoyFilter')
    .filter(({ spec: { configPatches = [] } }) => {
      const contexts = configPatches.map(({ match }) => match?.context ?? 'ANY');
      return contexts.length === 0 || contexts.includes('ANY') || contexts.includes(context);
    })
    .map(({ manifest, spec }) => ({ manifest, labels: spec.workloadSelector?.labels }));
  const plugins = [...graph.of('WasmPlugin'), ...graph.of('TrafficExtension')].map(({ manifest, spec }) => ({
    manifest,
    labels: spec.selector?.matchLabels,
  }));
  return [...filters, ...plugins]
    .filter(
      ({ manifest, labels = {} }) =>
        (manifest.namespace === pods.namespace || manifest.namespace === graph.settings.rootNamespace) &&
        selects(labels, pods.labels),
    )
    .map(({ manifest }) => `${objectName(manifest)} changes nothing of it: what it does to a proxy is not followed`);
}

/** Pods whose traffic ztunnel carries, and waypoints. */
export const ambientNote = (graph: MeshGraph, workload: Workload): readonly string[] =>
  isAmbient(graph, workload)
    ? [`ztunnel and waypoints change nothing of it at ${workloadName(workload)}: ambient mode is not followed`]
    : [];

/** Listeners that a Sidecar has for what comes in: they may lead a port elsewhere. */
export function ingressListenerNote(graph: MeshGraph, workload: Workload): readonly string[] {
  const { sidecar } = graph.sidecars.scopeOf(workload);
  return sidecar === undefined || (sidecar.spec.ingress ?? []).length === 0
    ? []
    : [`${objectName(sidecar.manifest)} leads requests where the Service does: its ingress is not followed`];
}

/** Routes of the Gateway API that are bound to the host itself: clients of the mesh follow them. */
export const routesBoundTo = (graph: MeshGraph, host: MeshHost): readonly string[] =>
  gatewayApiOf(graph)
    .routes.filter(({ parents }) => parents.some((parent) => isHost(parent, host)))
    .map(({ manifest }) => `${objectName(manifest)} changes nothing of it: routes of the Gateway API are not followed`);

const isHost = ({ kind, name, namespace }: ApiParent, { host, manifest, from }: MeshHost): boolean =>
  (kind === from.kind && name === manifest.name && namespace === manifest.namespace) ||
  (kind === 'Hostname' && name.toLowerCase() === host);

/** What else may take a request from outside for a name and port: Gateways of the Gateway API, and Ingresses. */
export function otherDoors(graph: MeshGraph, name: string, port: number): readonly string[] {
  const gateways = gatewayApiOf(graph)
    .gateways.filter(({ listeners }) => listeners.some((one) => one.port === port && takesHost(one, name)))
    .map(({ manifest }) => `${objectName(manifest)} takes none of it: Gateways of the Gateway API are not followed`);
  const ingresses = graph
    .objects('Ingress', 'networking.k8s.io')
    .filter((ingress) => ingressBackends(ingress).some(({ host, service }) => service && hostCovers(host, name)))
    .map((ingress) => `${objectName(ingress)} takes none of it: Ingresses are not followed`);
  return [...gateways, ...ingresses];
}

/** What to say of a Gateway that was asked for and cannot be followed. */
export function gatewayApiProblem(graph: MeshGraph, namespace: string, name: string): RequestProblem | undefined {
  const found = gatewayApiOf(graph).gateway(namespace, name);
  return (
    found && {
      message: `${objectName(found.manifest)} is of ${GATEWAY_API}, and Gateways of the Gateway API are not followed`,
      fix: 'ask from a workload, or see with weft check what is wrong with its routes',
    }
  );
}
