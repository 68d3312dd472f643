import { WORKLOAD_KINDS } from '../../graph/workload.ts';
import { appContainers } from '../app-containers.ts';
import { isOfIstio, isOwned } from '../long-running.ts';
import type { Rule } from '../rule.ts';

/** Ports that the proxy listens on. Source: Istio's "Ports used by the sidecar", and what its bootstrap binds */
const TAKEN: ReadonlyMap<number, string> = new Map([
  [15000, "Envoy's administration"],
  [15001, 'what leaves the pod'],
  [15006, 'what comes into the pod'],
  [15020, 'merged metrics'],
  [15021, 'the readiness of the proxy'],
  [15090, "Envoy's metrics"],
]);

/** Proxy and application share the network of a pod: on one port only one of them can listen. */
export const proxyPortTaken = {
  code: 'W581',
  name: 'proxy-port-taken',
  severity: 'error',
  summary: 'An application listens on a port that the proxy beside it needs.',
  reads: WORKLOAD_KINDS,
  *check(graph) {
    for (const workload of graph.workloads) {
      const { manifest, sidecar, isGateway } = workload;
      if (sidecar !== 'yes' || isGateway || isOwned(manifest) || isOfIstio(manifest)) continue;
      for (const { container, at } of appContainers(workload))
        for (const [index, { containerPort = 0, protocol = 'TCP' }] of (container.ports ?? []).entries()) {
          const use = TAKEN.get(containerPort);
          if (use === undefined || protocol !== 'TCP') continue;
          yield {
            manifest,
            at: [...at, 'ports', index, 'containerPort'],
            message: `the proxy of these pods listens on ${containerPort} (${use}): whichever of it and container "${container.name ?? ''}" starts second cannot, and traffic to the port never reaches the application`,
            fix: 'listen on a port outside of 15000 to 15090',
          };
        }
    }
  },
} satisfies Rule;
