import { callsOf, type CallEvidence } from '../graph/calls.ts';
import type { MeshGraph } from '../graph/mesh-graph.ts';
import { containerPortOf, type MeshHost, type MeshPort } from '../graph/mesh-host.ts';
import { routeDestinations } from '../graph/route-destinations.ts';
import { clientsOf, isForGateway } from '../graph/virtual-service-clients.ts';
import { workloadName, type Workload } from '../graph/workload.ts';
import { objectName } from '../manifest/manifest.ts';
import { knownHost } from './known-host.ts';
import { perGraph } from '../graph/per-graph.ts';

/** Pods that send requests to a port of other pods, as the files say. */
export interface Delivery {
  readonly from: Workload;
  readonly to: Workload;
  readonly host: MeshHost;
  readonly port: MeshPort;
  /** The port of the pods, which is what arrives there and what policies of the network mean. */
  readonly containerPort: number;
  /** What says so: an address in the environment of the caller, or a route of a gateway. */
  readonly proof: CallEvidence;
}

/** `Deployment shop/orders calls users.shop.svc.cluster.local:80 (USERS_URL, shop.yaml:12)` */
export function deliveryInWords({ from, host, port, proof: { manifest, at, says } }: Delivery): string {
  const { file, line } = manifest.position(at);
  return `${workloadName(from)} calls ${host.host}:${port.number} (${says}, ${file}:${line})`;
}

/** Lists of who may call whom: they say nothing of who does. */
const PERMISSIONS = ['AuthorizationPolicy', 'Sidecar', 'VirtualService', 'NetworkPolicy'];

/** Every delivery that an address or the route of a gateway shows, each pair of pods and port once. */
export const deliveries = perGraph((graph): readonly Delivery[] => {
  const found = new Map<string, Delivery>();
  for (const delivery of [...callDeliveries(graph), ...gatewayDeliveries(graph)]) {
    const { from, to, containerPort } = delivery;
    const key = [from, to].map(({ kind, namespace, name }) => `${kind} ${namespace}/${name}`).join(' ');
    if (!found.has(`${key} ${containerPort}`)) found.set(`${key} ${containerPort}`, delivery);
  }
  return [...found.values()];
});

function* callDeliveries(graph: MeshGraph): Generator<Delivery> {
  for (const { caller, callee, ports, evidence } of callsOf(graph).calls) {
    const proof = evidence.find(({ manifest: { kind } }) => !PERMISSIONS.includes(kind));
    if (proof === undefined) continue;
    const [only, ...others] = callee.hosts.flatMap((host) => host.ports);
    const called = ports.size > 0 ? ports : others.length === 0 && only !== undefined ? [only] : [];
    for (const port of called) {
      const host = callee.hosts.find((each) => each.ports.includes(port));
      // What one of several callers of an application is told, the others need not be.
      const from = caller.workloads.filter(({ manifest }) => manifest === proof.manifest);
      if (host !== undefined) yield* between(from.length > 0 ? from : caller.workloads, host, port, proof);
    }
  }
}

function* gatewayDeliveries(graph: MeshGraph): Generator<Delivery> {
  for (const virtualService of graph.of('VirtualService'))
    for (const node of clientsOf(graph).of(virtualService).gateways)
      for (const route of routeDestinations(virtualService, graph.settings.clusterDomain)) {
        if (route.isMirror || !isForGateway(route, node.key)) continue;
        const host = knownHost(graph, route.host, virtualService.namespace);
        const number = route.destination.port?.number;
        const port = host?.ports.find(
          (each) => each.number === number || (number === undefined && host.ports.length === 1),
        );
        if (host === undefined || port === undefined) continue;
        const { manifest } = virtualService;
        yield* between(node.workloads, host, port, { manifest, at: route.at, says: objectName(manifest) });
      }
}

function* between(
  callers: readonly Workload[],
  host: MeshHost,
  port: MeshPort,
  proof: CallEvidence,
): Generator<Delivery> {
  for (const to of host.workloads) {
    const containerPort = containerPortOf(port, to);
    if (containerPort === undefined) continue;
    for (const from of callers) if (from !== to) yield { from, to, host, port, containerPort, proof };
  }
}
