import type { Cluster, KubernetesObject, Reference } from '../../../charts-src/canary/ports/cluster.ts';
import type { Rollout } from '../../../charts-src/canary/rollout.ts';
import { keptState } from '../../../charts-src/canary/rollout-annotations.ts';
import { Failure } from '../failure.ts';
import type { Connection } from './connection.ts';
import type { ClusterOptions, HolderOptions } from './given-options.ts';
import { portFailure } from './port-failure.ts';

/** A VirtualService, and the run that it keeps. */
export interface KeptRun {
  readonly reference: Reference;
  readonly object: KubernetesObject;
  /** Undefined: it keeps none. */
  readonly rollout: Rollout | undefined;
}

/** The VirtualService that holds the run of a service: named, or named as the service. */
export function holderOf(
  {
    service,
    virtualService,
    namespace,
  }: { readonly service: string } & HolderOptions & Pick<ClusterOptions, 'namespace'>,
  connection: Pick<Connection, 'namespace'>,
): Reference {
  const own = namespace ?? connection.namespace;
  const name = virtualService[0] ?? service;
  const slash = name.indexOf('/');
  return slash < 0 ? { namespace: own, name } : { namespace: name.slice(0, slash), name: name.slice(slash + 1) };
}

/** Reads it.
 * @throws Failure when it is not there, or when what it keeps cannot be read */
export async function readRun(cluster: Cluster, reference: Reference, signal: AbortSignal): Promise<KeptRun> {
  const read = await cluster.virtualService(reference, signal);
  if (!read.ok) throw portFailure(read.failure);
  const state = keptState(read.value);
  switch (state.kept) {
    case 'nothing':
      return { reference, object: read.value, rollout: undefined };
    case 'rollout':
      return { reference, object: read.value, rollout: state.rollout };
    case 'unreadable':
      throw new Failure(
        `VirtualService ${reference.namespace}/${reference.name} keeps a run that cannot be read: ${state.why}. ` +
          'Its weights are as they lie. Take the annotations canary.weftmesh/… away to begin anew',
      );
  }
}

/** The VirtualServices of a run as they lie: the first one is known, of the others those that can be read. */
export async function objectsOf(
  { object, rollout }: KeptRun,
  cluster: Cluster,
  signal: AbortSignal,
): Promise<readonly KubernetesObject[]> {
  const [, ...others] = rollout?.plan.target.virtualServices ?? [];
  const read = await Promise.all(others.map((reference) => cluster.virtualService(reference, signal)));
  return [object, ...read.flatMap((result) => (result.ok ? [result.value] : []))];
}
