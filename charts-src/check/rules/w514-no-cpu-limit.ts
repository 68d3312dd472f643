import { appContainers } from '../app-containers.ts';
import { longRunning } from '../long-running.ts';
import type { Rule } from '../rule.ts';

/** A container may take all the CPU of its node: some want that, so it only counts where most are limited. */
export const noCpuLimit = {
  code: 'W514',
  name: 'no-cpu-limit',
  severity: 'info',
  summary: 'Containers may take all the CPU that their node has.',
  reads: ['Deployment', 'StatefulSet', 'DaemonSet', 'Rollout', 'ReplicaSet'],
  *check(graph) {
    const workloads = longRunning(graph);
    const isLimited = ({ container }: ReturnType<typeof appContainers>[number]): boolean =>
      container.resources?.limits?.['cpu'] !== undefined;
    const all = workloads.flatMap(appContainers);
    const mostAre = all.filter(isLimited).length * 2 > all.length;
    for (const workload of workloads) {
      const free = appContainers(workload).filter((found) => !isLimited(found));
      const [first] = free;
      if (first === undefined) continue;
      yield {
        manifest: workload.manifest,
        at: [...first.at, 'resources', 'limits', 'cpu'],
        ...(mostAre ? { severity: 'warning' as const } : {}),
        message: `container ${free.map(({ container }) => `"${container.name ?? ''}"`).join(', ')} has no CPU limit${mostAre ? ', unlike most here' : ''}: it may take what its neighbours and the proxies of the node need, and latency depends on who else is there`,
        fix: 'set resources.limits.cpu, or accept it: a limit throttles bursts, so there are reasons for both',
      };
    }
  },
} satisfies Rule;
