import { USUAL_CAPABILITIES } from '../graph/pod-powers.ts';
import type { Container } from '../graph/shapes.ts';
import type { Workload } from '../graph/workload.ts';
import type { Path } from '../model/schema.ts';
import { podAt, type ContainerAt } from './app-containers.ts';

/** Levels of the Pod Security Standards that refuse something. */
export type PodSecurityLevel = 'baseline' | 'restricted';

/** What pods have that a level does not allow, and where it is written, or would be. */
export interface PodSecurityViolation {
  readonly what: string;
  readonly at: Path;
}

/**
 * What keeps pods out of a namespace that enforces a level.
 * Source: Kubernetes' Pod Security Standards, 1.34, for Linux
 */
export function podSecurityViolations(workload: Workload, level: PodSecurityLevel): readonly PodSecurityViolation[] {
  const containers = allContainers(workload);
  return [
    ...ofTheNode(workload),
    ...containers.flatMap(baseline),
    ...(level === 'restricted' ? restricted(workload, containers) : []),
  ];
}

/** Those that run once are judged like all others. */
const allContainers = (workload: Workload): readonly ContainerAt[] =>
  (['initContainers', 'containers'] as const).flatMap((field) =>
    (workload.pod[field] ?? []).map((container, index) => ({ container, at: [...podAt(workload), field, index] })),
  );

function ofTheNode(workload: Workload): readonly PodSecurityViolation[] {
  const at = podAt(workload);
  const { pod } = workload;
  return [
    ...(['hostNetwork', 'hostPID', 'hostIPC'] as const)
      .filter((field) => pod[field] === true)
      .map((field) => ({ what: `${field}: true`, at: [...at, field] })),
    ...(pod.volumes ?? []).flatMap(({ name = '', hostPath }, index) =>
      hostPath === undefined
        ? []
        : [{ what: `hostPath in volume "${name}"`, at: [...at, 'volumes', index, 'hostPath'] }],
    ),
    ...(pod.securityContext?.seccompProfile?.type === 'Unconfined'
      ? [{ what: 'seccompProfile Unconfined', at: [...at, 'securityContext', 'seccompProfile', 'type'] }]
      : []),
  ];
}

function baseline({ container, at }: ContainerAt): readonly PodSecurityViolation[] {
  const { privileged, capabilities, seccompProfile } = container.securityContext ?? {};
  const added = (capabilities?.add ?? []).filter((name) => !USUAL_CAPABILITIES.has(name));
  const context = [...at, 'securityContext'];
  return [
    ...(privileged === true
      ? [{ what: `privileged: true${inContainer(container)}`, at: [...context, 'privileged'] }]
      : []),
    ...(added.length > 0
      ? [{ what: `capability ${added.join(', ')}${inContainer(container)}`, at: [...context, 'capabilities', 'add'] }]
      : []),
    ...(seccompProfile?.type === 'Unconfined'
      ? [{ what: `seccompProfile Unconfined${inContainer(container)}`, at: [...context, 'seccompProfile', 'type'] }]
      : []),
    ...(container.ports ?? []).flatMap(({ hostPort = 0 }, index) =>
      hostPort === 0
        ? []
        : [{ what: `hostPort ${hostPort}${inContainer(container)}`, at: [...at, 'ports', index, 'hostPort'] }],
    ),
  ];
}

function restricted(workload: Workload, containers: readonly ContainerAt[]): readonly PodSecurityViolation[] {
  const ofPod = workload.pod.securityContext ?? {};
  const root = { what: 'runAsUser: 0', at: [...podAt(workload), 'securityContext', 'runAsUser'] };
  const inContainers = containers.flatMap(({ container, at }) => {
    const own = container.securityContext ?? {};
    const context = [...at, 'securityContext'];
    const missing: PodSecurityViolation[] = [];
    const say = (what: string, ...field: readonly string[]): void =>
      void missing.push({ what: `${what}${inContainer(container)}`, at: [...context, ...field] });
    if (own.allowPrivilegeEscalation !== false) say('no allowPrivilegeEscalation: false', 'allowPrivilegeEscalation');
    if ((own.runAsNonRoot ?? ofPod.runAsNonRoot) !== true) say('no runAsNonRoot: true', 'runAsNonRoot');
    if (own.runAsUser === 0) say('runAsUser: 0', 'runAsUser');
    if ((own.seccompProfile?.type ?? ofPod.seccompProfile?.type) === undefined)
      say('no seccompProfile RuntimeDefault', 'seccompProfile');
    if (!(own.capabilities?.drop ?? []).includes('ALL')) say('no capabilities.drop: [ALL]', 'capabilities', 'drop');
    const added = (own.capabilities?.add ?? []).filter(
      (name) => name !== 'NET_BIND_SERVICE' && USUAL_CAPABILITIES.has(name),
    );
    if (added.length > 0) say(`capability ${added.join(', ')}`, 'capabilities', 'add');
    return missing;
  });
  return [...(ofPod.runAsUser === 0 ? [root] : []), ...inContainers];
}

const inContainer = ({ name = '' }: Container): string => ` in container "${name}"`;
