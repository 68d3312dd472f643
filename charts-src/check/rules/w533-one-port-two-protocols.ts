import type { MeshHost } from '../../graph/mesh-host.ts';
import { mayBeInMesh } from '../pods-in-mesh.ts';
import type { Rule } from '../rule.ts';

/** Two Services of the same pods use one port number for TCP and for something else. */
export const onePortTwoProtocols = {
  code: 'W533',
  name: 'one-port-two-protocols',
  severity: 'warning',
  summary: 'Services of the same pods have one port number with different transport protocols.',
  also: ['IST0116'],
  reads: ['Service', 'Deployment'],
  *check(graph) {
    for (const workload of graph.workloads) {
      if (!mayBeInMesh(workload)) continue;
      const services = graph.servicesOf(workload);
      for (const [port, byProtocol] of transports(services))
        if (byProtocol.size > 1)
          yield {
            manifest: workload.manifest,
            at: ['metadata', 'name'],
            message: `port ${port} of its Services is ${[...byProtocol].map(([protocol, names]) => `${protocol} in ${names.join(', ')}`).join(' and ')}: Istio makes one listener of them, so one of the two is not what is meant`,
            fix: 'give the port the same protocol in all Services, or another number',
          };
    }
  },
} satisfies Rule;

/** Services by port number, then by transport protocol. */
function transports(services: readonly MeshHost[]): ReadonlyMap<number, ReadonlyMap<string, readonly string[]>> {
  const ports = new Map<number, Map<string, string[]>>();
  for (const { manifest, from } of services)
    for (const { port = 0, protocol = 'TCP' } of from.kind === 'Service' ? (from.spec.ports ?? []) : []) {
      const byProtocol = ports.get(port) ?? new Map<string, string[]>();
      ports.set(port, byProtocol.set(protocol, [...(byProtocol.get(protocol) ?? []), manifest.name]));
    }
  return ports;
}
