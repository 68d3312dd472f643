import type { MeshHost, MeshPort } from '../../graph/mesh-host.ts';
import { mayBeHttp, type Protocol } from '../../graph/protocol.ts';
import { mayBeInMesh } from '../pods-in-mesh.ts';
import type { Rule } from '../rule.ts';

/** Several ports of Services lead to one port of the pods: the proxy there can be of one protocol only. */
export const targetPortShared = {
  code: 'W534',
  name: 'target-port-shared',
  severity: 'warning',
  summary: 'Different ports of Services lead to one port of the same pods.',
  also: ['IST0137'],
  reads: ['Service', 'Deployment', 'StatefulSet', 'DaemonSet', 'Rollout'],
  *check(graph) {
    for (const workload of graph.workloads) {
      if (!mayBeInMesh(workload)) continue;
      for (const [target, users] of byTarget(graph.servicesOf(workload))) {
        const numbers = new Set(users.map(({ port }) => port.number));
        if (numbers.size < 2) continue;
        const differ = areMixed(users.map(({ port }) => port.protocol));
        yield {
          manifest: workload.manifest,
          at: ['metadata', 'name'],
          ...(differ ? {} : { severity: 'info' as const }),
          message: `${users.map(({ service, port }) => `port ${port.number} of Service "${service}" (${port.protocol})`).join(' and ')} lead to port ${target}: the proxy of the pods reads that port in one way only${differ ? ', as TCP, so that routes and rules about requests do not see them' : ', and counts all of it for one of them'}`,
          fix: differ
            ? 'give all of them the same protocol in name or appProtocol'
            : 'keep one port, or give each its own targetPort',
        };
      }
    }
  },
} satisfies Rule;

/** Whether some say HTTP, or nothing, and others TCP: then TCP is what the proxy makes of it. */
const areMixed = (protocols: readonly Protocol[]): boolean => protocols.some(mayBeHttp) && !protocols.every(mayBeHttp);

interface Use {
  readonly service: string;
  readonly port: MeshPort;
}

function byTarget(services: readonly MeshHost[]): ReadonlyMap<string, readonly Use[]> {
  const targets = new Map<string, Use[]>();
  for (const { manifest, ports } of services)
    for (const port of ports) {
      if (port.protocol === 'UDP') continue;
      const target = String(port.targetPort === undefined || port.targetPort === 0 ? port.number : port.targetPort);
      targets.set(target, [...(targets.get(target) ?? []), { service: manifest.name, port }]);
    }
  return targets;
}
