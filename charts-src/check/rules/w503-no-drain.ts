import type { MeshGraph } from '../../graph/mesh-graph.ts';
import { isHttp } from '../../graph/protocol.ts';
import type { Workload } from '../../graph/workload.ts';
import { appContainers } from '../app-containers.ts';
import { serving } from '../long-running.ts';
import type { Rule } from '../rule.ts';

/** A pod that is told to end stops at once, while callers' proxies still send it requests. */
export const noDrain = {
  code: 'W503',
  name: 'no-drain',
  severity: 'warning',
  summary: 'Pods that answer requests end without waiting until callers know.',
  reads: ['Deployment', 'StatefulSet', 'DaemonSet', 'Rollout', 'ReplicaSet', 'Service'],
  *check(graph) {
    for (const workload of serving(graph)) {
      if (!isBalanced(workload, graph)) continue;
      const containers = appContainers(workload);
      const [first] = containers.filter(({ container }) => (container.ports ?? []).length > 0).concat(containers);
      if (first === undefined || containers.some(({ container }) => container.lifecycle?.preStop !== undefined))
        continue;
      yield {
        manifest: workload.manifest,
        at: [...first.at, 'lifecycle', 'preStop'],
        message: `container "${first.container.name ?? ''}" has no preStop: a pod that ends gets SIGTERM at the same moment as its endpoint is taken away, so for some seconds callers' proxies still choose it, and what they send fails with 503`,
        fix: 'add lifecycle.preStop.sleep.seconds: 10, and keep terminationGracePeriodSeconds above that plus the longest request',
      };
    }
  },
} satisfies Rule;

/** Whether another pod could have had the request: not where clients hold connections to one pod of a StatefulSet. */
const isBalanced = (workload: Workload, graph: MeshGraph): boolean =>
  workload.kind !== 'StatefulSet' ||
  graph.servicesOf(workload).some(({ ports }) => ports.some(({ protocol }) => isHttp(protocol)));
