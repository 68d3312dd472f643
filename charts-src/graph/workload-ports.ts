import { containerPortOf, type MeshHost, type MeshPort } from './mesh-host.ts';
import type { MeshGraph } from './mesh-graph.ts';
import type { Workload } from './workload.ts';

/** A port of pods that a Service leads to. */
export interface WorkloadPort {
  readonly containerPort: number;
  readonly service: MeshHost;
  readonly port: MeshPort;
}

/** The ports of a workload that Services lead to; those that no Service names are not among them. */
export const servicePortsOf = (graph: Pick<MeshGraph, 'servicesOf'>, workload: Workload): readonly WorkloadPort[] =>
  graph.servicesOf(workload).flatMap((service) =>
    service.ports.flatMap((port) => {
      const containerPort = containerPortOf(port, workload);
      return containerPort === undefined ? [] : [{ containerPort, service, port }];
    }),
  );

/** The numbers of the ports that the containers of a workload declare. */
export const declaredPortsOf = ({ pod }: Pick<Workload, 'pod'>): readonly number[] =>
  [...(pod.containers ?? []), ...(pod.initContainers ?? [])].flatMap(({ ports = [] }) =>
    ports.flatMap(({ containerPort }) => (containerPort === undefined ? [] : [containerPort])),
  );
