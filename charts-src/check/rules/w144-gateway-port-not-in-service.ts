import type { GatewayNode } from '../../graph/gateways.ts';
import type { MeshGraph } from '../../graph/mesh-graph.ts';
import { containerPortOf } from '../../graph/mesh-host.ts';
import { selectsDefaultGateway } from '../../graph/virtual-service-clients.ts';
import type { Rule } from '../rule.ts';

/** Ports of the Service of Istio's own gateway, and of its pods. Source: Istio's chart `gateway`, profile default */
const DEFAULT_PORTS = [80, 443, 8080, 8443, 15021, 15443, 31400];

/** A server listens on a port that no Service of its pods leads to: nothing from outside arrives there. */
export const gatewayPortNotInService = {
  code: 'W144',
  name: 'gateway-port-not-in-service',
  severity: 'warning',
  summary: 'A Gateway listens on a port that no Service of its pods leads to.',
  also: ['IST0162'],
  reads: ['Gateway', 'Service', 'Deployment', 'Pod'],
  *check(graph) {
    for (const node of graph.gateways) {
      const known = knownPorts(graph, node);
      if (known === undefined) continue;
      for (const { server, at } of node.servers) {
        const { number } = server.port;
        if (number === 0 || known.ports.has(number)) continue;
        const ports = [...known.ports].sort((one, other) => one - other).join(', ');
        yield {
          manifest: node.gateway.manifest,
          at: [...at, 'port', 'number'],
          severity: known.isSure ? 'warning' : 'info',
          message: known.isSure
            ? `no Service leads to port ${number} of the pods of this Gateway (${ports === '' ? 'no Service selects them' : `there are ${ports}`}), so nothing arrives there`
            : `port ${number} is none of those that Istio's own gateway opens (${ports}), and its Service is not among the files`,
          fix: `add port ${number} to the Service of the gateway, or listen on one that is there`,
        };
      }
    }
  },
} satisfies Rule;

/** Undefined where the Services of the pods are not among the files. */
function knownPorts(
  graph: MeshGraph,
  { gateway, workloads }: GatewayNode,
): { readonly ports: ReadonlySet<number>; readonly isSure: boolean } | undefined {
  if (workloads.length === 0)
    return selectsDefaultGateway(gateway.spec.selector ?? {})
      ? { ports: new Set(DEFAULT_PORTS), isSure: false }
      : undefined;
  // The ports of a pod in the network of its node are open by themselves.
  if (workloads.some(({ pod }) => pod.hostNetwork === true)) return undefined;
  const isDescribed = workloads.some(({ namespace }) => graph.namespaces.get(namespace)?.isDescribed);
  if (!isDescribed) return undefined;
  const ports = new Set<number>();
  for (const workload of workloads)
    for (const service of graph.servicesOf(workload))
      for (const port of service.ports) {
        if (port.protocol === 'UDP') continue;
        ports.add(port.number);
        const target = containerPortOf(port, workload);
        if (target !== undefined) ports.add(target);
      }
  return { ports, isSure: true };
}
