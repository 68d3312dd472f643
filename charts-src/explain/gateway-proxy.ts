import type { GatewayNode } from '../graph/gateways.ts';
import type { Labels } from '../graph/labels.ts';
import type { MeshGraph } from '../graph/mesh-graph.ts';
import { containerPortOf } from '../graph/mesh-host.ts';
import type { Workload } from '../graph/workload.ts';

/** Pods that serve gateways, and the Gateways that they serve. */
export interface GatewayProxy {
  /** Undefined where they are not among the files. */
  readonly pods: Workload | undefined;
  readonly namespace: string;
  readonly labels: Labels;
  readonly isGateway: true;
  /** By age, as Istio merges them. */
  readonly nodes: readonly GatewayNode[];
}

/** The proxies of a Gateway, or of pods. Gateways that the same pods serve share their ports and hosts. */
export function proxyOf(graph: MeshGraph, from: GatewayNode | Workload): GatewayProxy {
  const pods = 'gateway' in from ? from.workloads[0] : from;
  if (pods !== undefined)
    return {
      pods,
      namespace: pods.namespace,
      labels: pods.labels,
      isGateway: true,
      nodes: graph.gateways.filter(({ workloads }) => workloads.includes(pods)),
    };
  const { selector = {} } = 'gateway' in from ? from.gateway.spec : {};
  return {
    pods: undefined,
    namespace: graph.settings.rootNamespace,
    labels: selector,
    isGateway: true,
    nodes: graph.gateways.filter(({ gateway }) => sameLabels(gateway.spec.selector ?? {}, selector)),
  };
}

const sameLabels = (one: Labels, other: Labels): boolean =>
  JSON.stringify(Object.entries(one).sort()) === JSON.stringify(Object.entries(other).sort());

const NO_TRANSLATION = 'experimental.istio.io/disable-gateway-port-translation';

/**
 * The port of the pods that a number leads to: a Service before them may translate it, else it is the port itself.
 * Source: Istio's resolvePorts
 */
export function boundPort(graph: MeshGraph, { pods }: GatewayProxy, number: number): number {
  if (pods === undefined) return number;
  for (const { ports, manifest } of graph.servicesOf(pods)) {
    if (Object.hasOwn(manifest.labels, NO_TRANSLATION)) continue;
    const port = ports.find((one) => one.number === number);
    if (port) return containerPortOf(port, pods) ?? number;
  }
  return number;
}
