import type { ProbeHandler } from '../graph/shapes.ts';
import type { Workload } from '../graph/workload.ts';
import { appContainers, type ContainerAt } from './app-containers.ts';

/** Seconds that Kubernetes gives pods to end when nothing is said. */
export const DEFAULT_GRACE_SECONDS = 30;

/** How long pods have to end. */
export const graceSeconds = ({ pod }: Pick<Workload, 'pod'>): number =>
  pod.terminationGracePeriodSeconds ?? DEFAULT_GRACE_SECONDS;

/** The container whose `preStop` sleeps longest, and for how long; undefined where none sleeps for a time that can be read. */
export function longestPause(
  workload: Pick<Workload, 'pod' | 'at'>,
): (ContainerAt & { readonly seconds: number }) | undefined {
  return appContainers(workload)
    .map((found) => ({ ...found, seconds: pauseSeconds(found.container.lifecycle?.preStop) ?? 0 }))
    .filter(({ seconds }) => seconds > 0)
    .sort((one, other) => other.seconds - one.seconds)[0];
}

/** What `sleep: { seconds: 10 }` and commands such as `sleep 10 && kill 1` wait for. */
function pauseSeconds(handler: ProbeHandler | undefined): number | undefined {
  if (handler?.sleep?.seconds !== undefined) return handler.sleep.seconds;
  const slept = /(?:^|[\s;&|/])sleep\s+(\d+)\b/.exec(handler?.exec?.command?.join(' ') ?? '')?.[1];
  return slept === undefined ? undefined : Number(slept);
}
