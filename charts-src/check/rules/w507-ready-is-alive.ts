import { appContainers } from '../app-containers.ts';
import { serving } from '../long-running.ts';
import { asksTheSame, secondsToFail } from '../probes.ts';
import type { Rule } from '../rule.ts';

/** What should only take a pod out of the balancing restarts it. */
export const readyIsAlive = {
  code: 'W507',
  name: 'ready-is-alive',
  severity: 'warning',
  summary: 'The liveness probe asks what the readiness probe asks, no more patiently.',
  reads: ['Deployment', 'StatefulSet', 'DaemonSet', 'Rollout', 'ReplicaSet', 'Service'],
  *check(graph) {
    for (const workload of serving(graph))
      for (const { container, at } of appContainers(workload)) {
        const { readinessProbe: ready, livenessProbe: alive } = container;
        if (ready === undefined || alive === undefined || !asksTheSame(ready, alive)) continue;
        if (secondsToFail(alive) > secondsToFail(ready)) continue;
        yield {
          manifest: workload.manifest,
          at: [...at, 'livenessProbe'],
          message: `livenessProbe of container "${container.name ?? ''}" asks the same as its readinessProbe and gives up after ${secondsToFail(alive)} s as well: a pod that is only busy, or waits for something else, is restarted instead of being left alone, and the others get its load`,
          fix: 'ask a path that needs nothing but the process itself (/livez beside /readyz), or give livenessProbe a larger failureThreshold',
        };
      }
  },
} satisfies Rule;
