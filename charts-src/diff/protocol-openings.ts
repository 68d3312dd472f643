import { namesHttp } from '../explain/authorization-rule.ts';
import { inboundPort } from '../explain/inbound-port.ts';
import type { MeshGraph } from '../graph/mesh-graph.ts';
import { servicePortsOf } from '../graph/workload-ports.ts';
import { workloadName, type Workload } from '../graph/workload.ts';
import type { Opening } from './opening.ts';

/**
 * Ports that begin or stop to be looked into as HTTP. Where nobody looks, a rule that names something of HTTP lets
 * nothing in, or refuses everything, and no token is judged.
 * Source: Istio's authorization builder for TCP
 */
export function protocolOpenings(
  was: MeshGraph,
  is: MeshGraph,
  previous: Workload,
  workload: Workload,
): readonly Opening[] {
  const isGuarded = is.authorizationPolicies.for(workload).some(({ spec }) => (spec.rules ?? []).some(namesHttp));
  const isJudged = was.requestAuthentications.for(previous).length > 0;
  const told = new Set<number>();
  return servicePortsOf(is, workload).flatMap(({ containerPort: port, service }): readonly Opening[] => {
    if (told.has(port)) return [];
    told.add(port);
    const [old, now] = [inboundPort(was, previous, port).speaks, inboundPort(is, workload, port).speaks];
    const opening = (topic: Opening['topic'], opened: string, closed: string): Opening => ({
      topic,
      subject: workloadName(workload),
      opened: `port ${port} ${opened}`,
      closed: `port ${port} ${closed}`,
      by: { manifest: service.manifest, at: ['spec', 'ports'] },
    });
    if (old === 'bytes' && now !== 'bytes' && isGuarded)
      return [
        opening(
          'access',
          'is looked into as HTTP: rules that name something of it let requests in, and refuse only what they name',
          'is not looked into as HTTP any more: rules that name something of it let nothing in, or refuse everything',
        ),
      ];
    if (old !== 'bytes' && now === 'bytes' && isJudged)
      return [
        opening(
          'token',
          'is not looked into as HTTP any more: bad tokens pass there',
          'is looked into as HTTP: bad tokens are refused there',
        ),
      ];
    return [];
  });
}
