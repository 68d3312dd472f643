import type { MeshPort } from '../../graph/mesh-host.ts';
import type { Workload } from '../../graph/workload.ts';
import { closest } from '../../model/closest.ts';
import { isOfIstio } from '../long-running.ts';
import type { Rule } from '../rule.ts';

/** A port of a Service leads to a port that the pods do not have. */
export const targetPortUnknown = {
  code: 'W531',
  name: 'target-port-unknown',
  severity: 'error',
  summary: 'A port of a Service leads to no port of its pods.',
  also: ['KIA0701'],
  reads: ['Service', 'Deployment', 'StatefulSet', 'DaemonSet', 'Rollout', 'ReplicaSet', 'Pod'],
  *check(graph) {
    for (const { manifest, workloads: selected, ports } of graph.services) {
      const workloads = selected.filter((workload) => !runsOnce(workload));
      if (workloads.length === 0 || isOfIstio(manifest)) continue;
      for (const port of ports) {
        const deaf = workloads.filter((workload) => !leadsSomewhere(port, workload));
        const [first] = deaf;
        if (first === undefined) continue;
        const { targetPort = port.number } = port;
        const isName = typeof targetPort === 'string';
        const names = containerPorts(first).flatMap(({ name }) => (name === undefined ? [] : [name]));
        const meant = isName ? closest(targetPort, names) : undefined;
        yield {
          manifest,
          at: [...port.at, port.targetPort === undefined ? 'port' : 'targetPort'],
          // A named port that nobody has gives no endpoints at all. A number is called whether it is declared or not.
          ...(isName && deaf.length === workloads.length ? {} : { severity: 'warning' as const }),
          message: isName
            ? `targetPort "${targetPort}" is no port of ${first.kind} "${first.name}" (ports: ${names.join(', ') || 'none with a name'}): ${deaf.length === workloads.length ? 'the Service has no endpoints for this port, and every request gets 503' : 'its pods get no requests'}`
            : `targetPort ${targetPort} is not declared by ${first.kind} "${first.name}" (ports: ${containerPorts(first)
                .map(({ containerPort }) => containerPort)
                .join(', ')}): unless it listens there all the same, requests get 503`,
          fix:
            meant === undefined
              ? 'name a port of the container, and give the port a name there'
              : `did you mean targetPort: ${meant}`,
        };
      }
    }
  },
} satisfies Rule;

/** Pods of jobs, and those of `helm test`, which bear the labels of what they try: they answer nothing. */
const runsOnce = ({ kind, pod }: Workload): boolean =>
  kind === 'Job' || kind === 'CronJob' || (kind === 'Pod' && pod.restartPolicy === 'Never');

function leadsSomewhere({ targetPort, number }: MeshPort, workload: Workload): boolean {
  const declared = containerPorts(workload);
  if (typeof targetPort === 'string') return declared.some(({ name }) => name === targetPort);
  // Declaring ports is optional: a pod that declares none may listen anywhere. Injected gateways declare theirs later.
  if (declared.length === 0 || workload.isGateway) return true;
  const called = targetPort === undefined || targetPort === 0 ? number : targetPort;
  return declared.some(({ containerPort }) => containerPort === called);
}

const containerPorts = ({ pod }: Workload) =>
  [...(pod.containers ?? []), ...(pod.initContainers ?? [])].flatMap(({ ports = [] }) => ports);
