import type { Workload } from '../../graph/workload.ts';
import { containerPort } from '../probe-container-port.ts';
import { appContainers } from '../app-containers.ts';
import { longRunning } from '../long-running.ts';
import { PROBES } from '../probes.ts';
import type { Rule } from '../rule.ts';

const REWRITE = 'sidecar.istio.io/rewriteAppHTTPProbers';

/** The kubelet asks in plain text what the proxy answers to mutual TLS only. */
export const probeNotRewritten = {
  code: 'W509',
  name: 'probe-not-rewritten',
  severity: 'error',
  summary: 'Probes of the kubelet are refused by the strict proxy of the pod.',
  reads: ['Deployment', 'StatefulSet', 'DaemonSet', 'Rollout', 'ReplicaSet', 'PeerAuthentication'],
  *check(graph) {
    for (const workload of longRunning(graph)) {
      if (workload.annotations[REWRITE] !== 'false' || workload.sidecar !== 'yes') continue;
      for (const { container, at } of appContainers(workload)) {
        const refused = PROBES.find((probe) => {
          const port = container[probe] && containerPort(container[probe], container);
          return (
            port !== undefined &&
            !passesBy(workload, port) &&
            graph.peerAuthentications.modeOf(workload, port).mode === 'STRICT'
          );
        });
        if (refused === undefined) continue;
        yield {
          manifest: workload.manifest,
          at: [...at, refused],
          message: `${refused} of container "${container.name ?? ''}" comes from the kubelet in plain text, ${REWRITE} "false" lets it through to the port itself, and that port is STRICT: the proxy refuses it, the pod never becomes ready or is restarted for ever`,
          fix: `remove the annotation ${REWRITE}: then the proxy's agent asks in the kubelet's place`,
        };
      }
    }
  },
} satisfies Rule;

/** Whether packets to a port are not captured at all. */
const passesBy = ({ annotations }: Workload, port: number): boolean =>
  (annotations['traffic.sidecar.istio.io/excludeInboundPorts'] ?? '').split(',').some((one) => Number(one) === port);
