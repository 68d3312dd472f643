import type { Capacity } from '../../charts-src/canary/observation.ts';
import type { Arm, Plan } from '../../charts-src/canary/plan.ts';
import type { Cluster, SubsetQuery } from '../../charts-src/canary/ports/cluster.ts';
import type { Result } from '../../charts-src/canary/ports/failure.ts';
import { serviceOfHost } from '../../charts-src/model/host.ts';

/** Labels by which the pods of both arms are told, from the DestinationRule. */
export interface ArmLabels {
  readonly stable: Readonly<Record<string, string>>;
  readonly canary: Readonly<Record<string, string>>;
}

/** One read of endpoints and one of pods for both arms; replicas and autoscaler only where the plan scales. */
export async function readCapacity(
  cluster: Cluster,
  { target, capacity }: Pick<Plan, 'target' | 'capacity'>,
  labels: ArmLabels,
  signal: AbortSignal,
): Promise<Result<Capacity>> {
  const query = (arm: Arm, ofArm: SubsetQuery['labels']): SubsetQuery => ({
    service: serviceOfHost(arm.host) ?? { namespace: target.namespace, name: arm.host },
    labels: ofArm,
  });
  const arms = await cluster.capacity(
    [query(target.stable, labels.stable), query(target.canary, labels.canary)],
    signal,
  );
  if (!arms.ok) return arms;
  const [stable, canary] = arms.value;
  if (stable === undefined || canary === undefined)
    return {
      ok: false,
      failure: {
        type: 'unintelligible',
        retryable: true,
        message: 'two subsets were asked for, and not both answered',
      },
    };
  if (capacity.scale === null) return { ok: true, value: { stable, canary, replicas: null, autoscaler: null } };
  const { workload } = capacity.scale;
  const [replicas, autoscaler] = await Promise.all([
    cluster.replicas(workload, signal),
    cluster.autoscaler(workload, signal),
  ]);
  if (!replicas.ok) return replicas;
  if (!autoscaler.ok) return autoscaler;
  const owner = autoscaler.value === undefined ? null : `${autoscaler.value.kind} ${autoscaler.value.name}`;
  return { ok: true, value: { stable, canary, replicas: replicas.value, autoscaler: owner } };
}
