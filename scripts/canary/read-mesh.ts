import type { Mesh } from '../../charts-src/canary/fit.ts';
import type { Target } from '../../charts-src/canary/plan.ts';
import type { KubernetesObject } from '../../charts-src/canary/ports/cluster.ts';
import type { Result } from '../../charts-src/canary/ports/failure.ts';
import type { Ports } from '../../charts-src/canary/ports/ports.ts';
import { insist } from './insist.ts';

/** Reads what a plan is about. What is not there is no failure, and neither is a list that nobody may see. */
export async function readMesh(
  { cluster, clock }: Pick<Ports, 'cluster' | 'clock'>,
  target: Target,
  signal: AbortSignal,
): Promise<Result<Mesh>> {
  const one = async (
    call: (stop: AbortSignal) => Promise<Result<KubernetesObject>>,
  ): Promise<Result<KubernetesObject | null>> => {
    const result = await insist(clock, signal, call);
    return !result.ok && result.failure.type === 'not-found' ? { ok: true, value: null } : result;
  };
  const virtualServices: (KubernetesObject | null)[] = [];
  for (const reference of target.virtualServices) {
    const read = await one((stop) => cluster.virtualService(reference, stop));
    if (!read.ok) return read;
    virtualServices.push(read.value);
  }
  const { destinationRule: reference } = target;
  const destinationRule =
    reference === null
      ? ({ ok: true, value: null } as const)
      : await one((stop) => cluster.destinationRule(reference, stop));
  if (!destinationRule.ok) return destinationRule;
  return {
    ok: true,
    value: {
      virtualServices,
      destinationRule: destinationRule.value,
      ...(await visible({ cluster, clock }, target, signal)),
    },
  };
}

/** All VirtualServices, or those of the namespace; null: neither may be listed. */
async function visible(
  { cluster, clock }: Pick<Ports, 'cluster' | 'clock'>,
  target: Target,
  signal: AbortSignal,
): Promise<Pick<Mesh, 'all' | 'isOneNamespace'>> {
  for (const namespace of [undefined, target.namespace]) {
    const listed = await insist(clock, signal, (stop) => cluster.virtualServices(namespace, stop));
    if (listed.ok) return { all: listed.value, isOneNamespace: namespace !== undefined };
  }
  return { all: null };
}
