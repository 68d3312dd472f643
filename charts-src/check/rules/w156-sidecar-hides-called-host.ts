import { callsOf, type CallEvidence } from '../../graph/calls.ts';
import { isExportedTo } from '../../graph/export-to.ts';
import type { MeshGraph } from '../../graph/mesh-graph.ts';
import type { MeshHost } from '../../graph/mesh-host.ts';
import { perGraph } from '../../graph/per-graph.ts';
import type { Resource } from '../../graph/resource.ts';
import { routeDestinations } from '../../graph/route-destinations.ts';
import type { SidecarScope } from '../../graph/sidecars.ts';
import { gatewaysOf, MESH_GATEWAY } from '../../graph/virtual-services.ts';
import { workloadName } from '../../graph/workload.ts';
import { objectName } from '../../manifest/manifest.ts';
import { formatPath } from '../../model/schema.ts';
import type { Rule } from '../rule.ts';

/**
 * A workload calls a host that its Sidecar does not let in. Its proxy does not know the host: with REGISTRY_ONLY it
 * answers 502, else it passes the bytes on without route, mutual TLS or policy.
 */
export const sidecarHidesCalledHost = {
  code: 'W156',
  name: 'sidecar-hides-called-host',
  severity: 'warning',
  summary: 'A Sidecar keeps a host from a workload that calls it.',
  also: [],
  reads: ['Sidecar', 'Deployment', 'AuthorizationPolicy', 'VirtualService', 'Service', 'ServiceEntry'],
  *check(graph) {
    if (graph.of('Sidecar').length === 0) return;
    const reported = new Set<string>();
    for (const { caller, callee, evidence } of callsOf(graph).calls) {
      const proof = evidence.find(isProof);
      if (proof === undefined || callee.hosts.length === 0) continue;
      for (const workload of caller.workloads) {
        if (workload.sidecar === 'no' || workload.isGateway) continue;
        const scope = graph.sidecars.scopeOf(workload);
        const { sidecar } = scope;
        if (sidecar === undefined || callee.hosts.some((host) => isLetIn(graph, scope, host))) continue;
        const [host] = callee.hosts;
        const key = `${objectName(sidecar.manifest)} ${host?.host ?? ''}`;
        if (host === undefined || reported.has(key)) continue;
        reported.add(key);
        const isBlocked = scope.outboundTrafficPolicy === 'REGISTRY_ONLY';
        yield {
          manifest: sidecar.manifest,
          at: ['spec', 'egress'],
          // A policy says who may call; only an address says who does.
          severity: isBlocked && proof.manifest.kind !== 'AuthorizationPolicy' ? 'error' : 'warning',
          message: `${workloadName(workload)} calls ${host.host} (${proof.says}: ${formatPath(proof.at)} of ${objectName(proof.manifest)}), which this Sidecar does not let in: ${isBlocked ? 'its proxy answers 502' : 'its proxy passes the requests on without routes, retries and mutual TLS'}`,
          fix: `add "${host.namespace}/${host.host}" to the hosts of spec.egress`,
        };
      }
    }
  },
} satisfies Rule;

/** What says that a call is made, other than the lists of hosts that are judged here. */
const isProof = ({ manifest: { kind } }: CallEvidence): boolean =>
  !['Sidecar', 'VirtualService', 'NetworkPolicy'].includes(kind);

/** Hosts that a VirtualService in scope routes to are let in with it. */
const isLetIn = (graph: MeshGraph, { egress, namespace }: SidecarScope, host: MeshHost): boolean =>
  egress.some((listener) => listener.imports(host)) ||
  (routesTo(graph).get(host.host) ?? []).some(
    (virtualService) =>
      isExportedTo(virtualService.spec.exportTo ?? [], virtualService.namespace, namespace) &&
      egress.some((listener) => listener.sees(virtualService)),
  );

/** VirtualServices for sidecars by the hosts that they route to. */
const routesTo = perGraph((graph): ReadonlyMap<string, readonly Resource<'VirtualService'>[]> => {
  const found = new Map<string, Resource<'VirtualService'>[]>();
  for (const virtualService of graph.of('VirtualService')) {
    if (!gatewaysOf(virtualService).includes(MESH_GATEWAY)) continue;
    for (const { host } of routeDestinations(virtualService, graph.settings.clusterDomain)) {
      const list = found.get(host);
      if (list === undefined) found.set(host, [virtualService]);
      else if (list.at(-1) !== virtualService) list.push(virtualService);
    }
  }
  return found;
});
