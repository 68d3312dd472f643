import type { Container } from '../../graph/shapes.ts';
import { appContainers, type ContainerAt } from '../app-containers.ts';
import { serving } from '../long-running.ts';
import type { Probe } from '../probes.ts';
import type { Rule } from '../rule.ts';

/** Kubernetes cannot tell whether a pod is ready, or hangs. */
export const probesMissing = {
  code: 'W506',
  name: 'probes-missing',
  severity: 'warning',
  summary: 'Pods that answer requests do not say whether they can.',
  reads: ['Deployment', 'StatefulSet', 'DaemonSet', 'Rollout', 'ReplicaSet', 'Service'],
  *check(graph) {
    for (const workload of serving(graph)) {
      const asked = appContainers(workload).filter(({ container }) => (container.ports ?? []).length > 0);
      const answering = asked.length > 0 ? asked : appContainers(workload).slice(0, 1);
      const missing = answering.flatMap((found) => missingIn(found.container).map((probe) => ({ probe, ...found })));
      const [first] = ORDER.flatMap((probe) => missing.filter((one) => one.probe === probe));
      if (first === undefined) continue;
      yield {
        manifest: workload.manifest,
        at: [...first.at, first.probe],
        // Without a startup probe the others have to be patient enough: that may be what is meant.
        ...(missing.every(({ probe }) => probe === 'startupProbe') ? { severity: 'info' as const } : {}),
        message: told(missing),
        fix: 'add a readinessProbe that fails while the pod should get no requests, a livenessProbe that asks only whether the process hangs, and a startupProbe for the time that a start may take',
      };
    }
  },
} satisfies Rule;

/** The gravest first. */
const ORDER: readonly Probe[] = ['readinessProbe', 'livenessProbe', 'startupProbe'];

/** A startup probe only keeps the liveness probe waiting. */
const missingIn = (container: Container): readonly Probe[] =>
  ORDER.filter(
    (probe) => container[probe] === undefined && !(probe === 'startupProbe' && container.livenessProbe === undefined),
  );

const EFFECT: Readonly<Record<Probe, string>> = {
  readinessProbe: 'requests reach pods that are not ready, at every start and release',
  livenessProbe: 'a process that hangs is never restarted',
  startupProbe: 'a slow start is judged by the probes of the running pod',
};

function told(missing: readonly (ContainerAt & { readonly probe: Probe })[]): string {
  const probes = ORDER.filter((probe) => missing.some((one) => one.probe === probe));
  const names = [...new Set(missing.map(({ container }) => `"${container.name ?? ''}"`))];
  return `container ${names.join(', ')} has no ${probes.join(', no ')}: ${probes.map((probe) => EFFECT[probe]).join('; ')}`;
}
