import { WORKLOAD_KINDS, type Workload } from '../../graph/workload.ts';
import { isOfIstio, isOwned } from '../long-running.ts';
import { isSystemNamespace } from '../mesh-presence.ts';
import { ownContainers } from '../own-containers.ts';
import { USUAL_CAPABILITIES } from '../pod-security.ts';
import { formatPath, type Path } from '../../model/schema.ts';
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
      const powers = [...powersOf(workload)].filter(({ at }) => formatPath(at) !== way);
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

interface Power {
  readonly at: Path;
  readonly what: string;
}

function* powersOf(workload: Workload): Generator<Power> {
  const { pod, at } = workload;
  const spec = [...at, 'spec'];
  for (const field of ['hostNetwork', 'hostPID', 'hostIPC'] as const)
    if (pod[field] === true) yield { at: [...spec, field], what: `${field}: true` };
  for (const [index, { name = '', hostPath }] of (pod.volumes ?? []).entries())
    if (hostPath !== undefined)
      yield {
        at: [...spec, 'volumes', index, 'hostPath'],
        what: `volume "${name}" is the folder ${hostPath.path ?? ''} of the node`,
      };
  if (pod.securityContext?.runAsUser === 0)
    yield { at: [...spec, 'securityContext', 'runAsUser'], what: 'the pods run as root (runAsUser: 0)' };
  for (const { container, at: place } of ownContainers(workload)) {
    const context = container.securityContext;
    const who = `container "${container.name ?? ''}"`;
    if (context?.privileged === true)
      yield { at: [...place, 'securityContext', 'privileged'], what: `${who} is privileged` };
    if (context?.runAsUser === 0)
      yield { at: [...place, 'securityContext', 'runAsUser'], what: `${who} runs as root (runAsUser: 0)` };
    const added = (context?.capabilities?.add ?? []).filter(
      (name) => !USUAL_CAPABILITIES.has(name.replace(/^CAP_/, '')),
    );
    if (added.length > 0)
      yield {
        at: [...place, 'securityContext', 'capabilities', 'add'],
        what: `${who} has the capabilities ${added.join(', ')}`,
      };
    const hostPort = (container.ports ?? []).findIndex((port) => (port.hostPort ?? 0) > 0);
    if (hostPort >= 0)
      yield {
        at: [...place, 'ports', hostPort, 'hostPort'],
        what: `${who} takes port ${container.ports?.[hostPort]?.hostPort ?? ''} of the node`,
      };
  }
}
