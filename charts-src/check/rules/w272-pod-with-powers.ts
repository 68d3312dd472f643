import { powersOf } from '../../graph/pod-powers.ts';
import { WORKLOAD_KINDS } from '../../graph/workload.ts';
import { isOfIstio, isOwned } from '../long-running.ts';
import { isSystemNamespace } from '../mesh-presence.ts';
import { formatPath } from '../../model/schema.ts';
import { wayOut } from '../kept-out.ts';
import type { Rule } from '../rule.ts';

/** Pods that may do to their node what nobody should: with them, the sidecar, the policies and the neighbours fall. */
export const podWithPowers = {
  code: 'W272',
  name: 'pod-with-powers',
  severity: 'warning',
  summary: 'Pods have powers over their node or over the sidecar beside them.',
  reads: WORKLOAD_KINDS,
  *check(graph) {
    for (const workload of graph.workloads) {
      if (isOwned(workload.manifest) || isOfIstio(workload.manifest) || workload.isGateway) continue;
      // What runs the cluster and the mesh is not the application's.
      if (isSystemNamespace(graph, workload.namespace)) continue;
      // That the network of the node keeps a workload out of its mesh is W242's.
      const way = formatPath(wayOut(graph, workload)?.at ?? []);
      const powers = powersOf(workload).filter(({ at }) => formatPath(at) !== way);
      const [first] = powers;
      if (first === undefined) continue;
      yield {
        manifest: workload.manifest,
        at: first.at,
        message:
          `${powers.map(({ what }) => what).join('; ')}` +
          `: whoever takes over the application has that power over the node, its other pods or the sidecar`,
        fix: `remove ${powers.length === 1 ? 'it' : 'them'}; what really needs them belongs into a namespace of its own, apart from the mesh`,
      };
    }
  },
} satisfies Rule;
