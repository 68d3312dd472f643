import type { MeshGraph } from '../../graph/mesh-graph.ts';
import { inboundBypass } from '../../graph/traffic-capture.ts';
import { isAmbient } from '../../graph/waypoints.ts';
import { workloadName, WORKLOAD_KINDS, type Workload } from '../../graph/workload.ts';
import { deliveries, deliveryInWords } from '../deliveries.ts';
import { wayOut } from '../kept-out.ts';
import type { Rule } from '../rule.ts';

/** Pods without a proxy call pods that take mutual TLS only: every connection is cut off. */
export const plainTextCaller = {
  code: 'W227',
  name: 'plain-text-caller',
  severity: 'error',
  summary: 'Pods outside the mesh call pods that take mutual TLS only.',
  reads: ['PeerAuthentication', 'Service', 'Namespace', 'ConfigMap', ...WORKLOAD_KINDS],
  *check(graph) {
    if (graph.of('PeerAuthentication').length === 0) return;
    const told = new Set<string>();
    for (const delivery of deliveries(graph)) {
      const { from, to, host, containerPort, proof } = delivery;
      if (!isOutside(graph, from) || !(to.sidecar === 'yes' || isAmbient(graph, to))) continue;
      if (inboundBypass(to, containerPort) !== undefined) continue;
      const { mode, from: source } = graph.peerAuthentications.modeOf(to, containerPort);
      const key = `${workloadName(from)} ${host.host} ${containerPort}`;
      if (mode !== 'STRICT' || source === undefined || told.has(key)) continue;
      told.add(key);
      const { policy } = source;
      yield {
        manifest: proof.manifest,
        at: proof.at,
        // A label that other files may hold would put them into the mesh.
        ...(graph.namespaces.get(from.namespace)?.injection === 'unset' && { severity: 'warning' as const }),
        message: `${deliveryInWords(delivery)} in plain text, as it is outside the mesh, and ${workloadName(to)} takes mutual TLS only (PeerAuthentication ${policy.namespace}/${policy.name}): every connection is reset`,
        fix: `take ${workloadName(from)} into the mesh, or let ${workloadName(to)} take plain text until then: a PeerAuthentication for its pods with mode PERMISSIVE`,
      };
    }
  },
} satisfies Rule;

/** Whether pods surely have neither a sidecar nor ztunnel; how some keep out of their own mesh is W242's. */
const isOutside = (graph: MeshGraph, workload: Workload): boolean =>
  workload.sidecar === 'no' &&
  !workload.isGateway &&
  !isAmbient(graph, workload) &&
  wayOut(graph, workload) === undefined;
