import { declaredPortsOf, servicePortsOf } from '../graph/workload-ports.ts';
import type { MeshGraph } from '../graph/mesh-graph.ts';
import type { Workload } from '../graph/workload.ts';

/** What the number of a port is that a policy names. Policies mean ports of containers. */
export type PortVerdict =
  /** A port of a container. */
  | { readonly is: 'container-port' }
  /** A port of a Service, which leads to another port of the container: the policy never sees it. */
  | { readonly is: 'service-port'; readonly containerPort: number; readonly service: string }
  /** No container declares it and no Service leads to it. */
  | { readonly is: 'nowhere'; readonly declared: readonly number[] }
  /** The files do not tell. */
  | { readonly is: 'unknown' };

/** Judges numbers of ports against some workloads. */
export interface PortKeys {
  verdict(port: string): PortVerdict;
}

/** The ports of some workloads, as a policy that selects them would have to name them. */
export function portKeysOf(graph: MeshGraph, workloads: readonly Workload[]): PortKeys {
  const container = new Set<number>();
  const byService = new Map<number, { readonly containerPort: number; readonly service: string }>();
  let isComplete = workloads.length > 0;
  for (const workload of workloads) {
    const declared = declaredPortsOf(workload);
    const services = servicePortsOf(graph, workload);
    for (const port of declared) container.add(port);
    for (const { containerPort, service, port } of services) {
      container.add(containerPort);
      byService.set(port.number, { containerPort, service: service.manifest.name });
    }
    if (declared.length === 0 && services.length === 0) isComplete = false;
    // The ports of a gateway are those of its servers, which may come and go.
    if (workload.isGateway) isComplete = false;
  }
  return {
    verdict(port) {
      const number = Number(port);
      if (container.has(number)) return { is: 'container-port' };
      const service = byService.get(number);
      if (service !== undefined) return { is: 'service-port', ...service };
      // Istio's own ports are no container's of the application.
      if (!isComplete || !Number.isInteger(number) || (number >= 15000 && number < 15100)) return { is: 'unknown' };
      return { is: 'nowhere', declared: [...container].sort((a, b) => a - b) };
    },
  };
}
