import type { MeshGraph } from '../../graph/mesh-graph.ts';
import { containerPortOf, type MeshHost } from '../../graph/mesh-host.ts';
import { repositoryOf } from '../../graph/stores.ts';
import type { Workload } from '../../graph/workload.ts';
import { appContainers, type ContainerAt } from '../app-containers.ts';
import { serving } from '../long-running.ts';
import type { Rule } from '../rule.ts';

/** Several services are containers of one pod: they are deployed, scaled and restarted together. */
export const servicesInOnePod = {
  code: 'W604',
  name: 'services-in-one-pod',
  severity: 'warning',
  summary: 'Several services are containers of the same pods, and can only be deployed together.',
  reads: ['Deployment', 'StatefulSet', 'DaemonSet', 'Rollout', 'Service'],
  *check(graph: MeshGraph) {
    for (const workload of serving(graph)) {
      const owners = ownersOf(graph, workload);
      const [, second] = owners;
      if (second === undefined) continue;
      yield {
        manifest: workload.manifest,
        at: second.owner.at,
        message:
          `${owners.map(({ owner, service }) => `Service ${service.manifest.name} is container "${owner.container.name ?? ''}"`).join(', ')} of the same pods: ` +
          'a new version of one restarts the other, and both always have the same number of pods',
        fix: 'give each Service a Deployment of its own',
      };
    }
  },
} satisfies Rule;

interface Owned {
  readonly owner: ContainerAt;
  readonly service: MeshHost;
}

/** In the order of the pod: containers with a program of their own that a Service of their own leads to. */
function ownersOf(graph: MeshGraph, workload: Workload): readonly Owned[] {
  const containers = appContainers(workload);
  const owners = new Map<ContainerAt, MeshHost>();
  if (containers.length < 2) return [];
  const images = new Set<string>();
  const services = [...graph.servicesOf(workload)].sort(byName);
  for (const service of services) {
    if ((service.from.kind === 'Service' && service.from.isHeadless) || AROUND.test(service.manifest.name)) continue;
    const all = service.ports.map((port) => {
      const number = containerPortOf(port, workload);
      return containers.find(({ container: { ports = [] } }) =>
        ports.some(({ containerPort }) => containerPort === number),
      );
    });
    const [owner] = all;
    // A Service for several containers is one service made of them.
    if (owner === undefined || all.some((each) => each !== owner) || owners.has(owner)) continue;
    const { name = '', image = '' } = owner.container;
    if (AROUND.test(name) || AROUND.test(repositoryOf(image)) || images.has(repositoryOf(image))) continue;
    images.add(repositoryOf(image));
    owners.set(owner, service);
  }
  return containers.flatMap((owner) => {
    const service = owners.get(owner);
    return service === undefined ? [] : [{ owner, service }];
  });
}

const byName = (one: MeshHost, other: MeshHost): number => (one.host < other.host ? -1 : 1);

/** What goes with a service: proxies, and what looks after it. */
const AROUND =
  /(?:metrics|monitor|exporter|proxy|prometheus|admin|debug|agent|sidecar|envoy|nginx|oauth|auth|statsd|fluent|vault|webhook)/i;
