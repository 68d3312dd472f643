import type { Path } from '../model/schema.ts';
import { ownContainers } from './own-containers.ts';
import type { Workload } from './workload.ts';

/** Capabilities that runtimes give anyway, and that the baseline profile allows to add. Source: Pod Security Standards, baseline */
export const USUAL_CAPABILITIES: ReadonlySet<string> = new Set([
  'AUDIT_WRITE',
  'CHOWN',
  'DAC_OVERRIDE',
  'FOWNER',
  'FSETID',
  'KILL',
  'MKNOD',
  'NET_BIND_SERVICE',
  'SETFCAP',
  'SETGID',
  'SETPCAP',
  'SETUID',
  'SYS_CHROOT',
]);

/** A power over the node, its other pods or the sidecar. */
export interface Power {
  readonly at: Path;
  readonly what: string;
}

/** What pods may do beyond their own containers. */
export const powersOf = (workload: Pick<Workload, 'pod' | 'at'>): readonly Power[] => [...findPowers(workload)];

function* findPowers(workload: Pick<Workload, 'pod' | 'at'>): Generator<Power> {
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
