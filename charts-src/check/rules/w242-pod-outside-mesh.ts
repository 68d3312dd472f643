import { effectivePolicy } from '../../graph/destination-rules.ts';
import type { MeshGraph } from '../../graph/mesh-graph.ts';
import type { Resource } from '../../graph/resource.ts';
import { WORKLOAD_KINDS, type Workload } from '../../graph/workload.ts';
import { wayOut } from '../kept-out.ts';
import { hasMesh } from '../mesh-presence.ts';
import type { Rule } from '../rule.ts';

/** A workload of a namespace with sidecars that keeps out of the mesh. */
export const podOutsideMesh = {
  code: 'W242',
  name: 'pod-outside-mesh',
  severity: 'warning',
  summary: 'A workload in a namespace with sidecars has none.',
  reads: [...WORKLOAD_KINDS, 'Namespace', 'DestinationRule'],
  *check(graph) {
    if (!hasMesh(graph)) return;
    for (const workload of graph.workloads) {
      const way = wayOut(graph, workload);
      if (way === undefined) continue;
      const isBatch = workload.kind === 'Job' || workload.kind === 'CronJob';
      const mutual = mutualTlsTo(graph, workload);
      yield {
        manifest: workload.manifest,
        at: way.at,
        // A job that only calls is often kept out so that it can end.
        severity: mutual !== undefined ? 'error' : isBatch ? 'info' : 'warning',
        message:
          `${way.what}: these pods have no sidecar, so they take plain text from anybody, no policy or route acts on them, and pods that ask for mutual TLS refuse their calls` +
          (mutual === undefined
            ? ''
            : `; and DestinationRule ${mutual.namespace}/${mutual.name} makes callers send them mutual TLS, which they cannot take: every request fails`),
        fix: way.fix,
      };
    }
  },
} satisfies Rule;

/** The DestinationRule that makes callers of the same namespace send mutual TLS to a workload. */
function mutualTlsTo(graph: MeshGraph, workload: Workload): Resource<'DestinationRule'> | undefined {
  for (const { host, ports } of graph.servicesOf(workload)) {
    const found = graph.destinationRuleFor({ namespace: workload.namespace }, host);
    if (found === undefined) continue;
    for (const { number } of ports) {
      const tls = effectivePolicy(found, undefined, number).tls;
      if (tls?.value.mode === 'ISTIO_MUTUAL') return tls.rule;
    }
  }
  return undefined;
}
