import { DEFAULT_GRACE_SECONDS, graceSeconds, longestPause } from '../drain.ts';
import { podAt } from '../app-containers.ts';
import { longRunning } from '../long-running.ts';
import { longestTimeouts } from '../longest-timeout.ts';
import type { Rule } from '../rule.ts';

/** Pods are killed before what they wait for, or what they were asked, is over. */
export const graceTooShort = {
  code: 'W504',
  name: 'grace-too-short',
  severity: 'warning',
  summary: 'Pods are killed before their preStop hook or their requests are over.',
  reads: ['Deployment', 'StatefulSet', 'DaemonSet', 'Rollout', 'ReplicaSet', 'Service', 'VirtualService'],
  *check(graph) {
    const timeouts = longestTimeouts(graph);
    for (const workload of longRunning(graph)) {
      const grace = graceSeconds(workload);
      const pause = longestPause(workload)?.seconds ?? 0;
      const timeout = timeouts.get(workload);
      const needed = pause + (timeout?.ms ?? 0) / 1000;
      const isKilledWaiting = pause > 0 && pause >= grace;
      if (!isKilledWaiting && needed <= grace) continue;
      const said = `${grace} s${workload.pod.terminationGracePeriodSeconds === undefined ? ' (the default)' : ''}`;
      yield {
        manifest: workload.manifest,
        at: [...podAt(workload), 'terminationGracePeriodSeconds'],
        message: isKilledWaiting
          ? `preStop waits ${pause} s and terminationGracePeriodSeconds is ${said}: the container is killed while it waits, before it was told to end, and its open requests fail`
          : `terminationGracePeriodSeconds is ${said}, but preStop waits ${pause} s and VirtualService ${timeout?.virtualService.namespace ?? ''}/${timeout?.virtualService.name ?? ''} gives requests ${timeout?.text ?? ''}: a request that comes last is cut off`,
        fix: `set terminationGracePeriodSeconds: ${Math.max(DEFAULT_GRACE_SECONDS, Math.ceil(Math.max(needed, pause) + 5))}, or ${isKilledWaiting ? 'wait less' : 'shorten the timeout'}`,
      };
    }
  },
} satisfies Rule;
