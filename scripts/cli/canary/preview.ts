import { fit } from '../../../charts-src/canary/fit.ts';
import { requiredPermissions } from '../../../charts-src/canary/permissions.ts';
import type { Plan } from '../../../charts-src/canary/plan.ts';
import type { Permission } from '../../../charts-src/canary/ports/cluster.ts';
import { readCapacity } from '../../canary/capacity.ts';
import { readMesh } from '../../canary/read-mesh.ts';
import { exitCode } from '../exit-code.ts';
import { Failure } from '../failure.ts';
import type { World } from '../world.ts';
import type { Connection } from './connection.ts';
import { plannedWrites, type PlannedWrite } from './planned-writes.ts';
import { portFailure } from './port-failure.ts';

/** What a run of a plan would do. */
export interface Preview {
  readonly plan: Plan;
  readonly writes: readonly PlannedWrite[];
  readonly warnings: readonly string[];
  /** Ready endpoints, now. */
  readonly ready: { readonly stable: number; readonly canary: number };
}

/** What stands for the name of the run, and so in its marker. */
const RUN = 'preview';

/** Looks at all that a run would look at, and writes nothing.
 * @throws Failure with all that speaks against it */
export async function preview(plan: Plan, { ports }: Connection, world: Pick<World, 'signal'>): Promise<Preview> {
  const { cluster, clock, processes } = ports;
  const missing = await cluster.missing(requiredPermissions(plan), world.signal);
  if (!missing.ok) throw portFailure(missing.failure);
  if (missing.value.length > 0) throw missingRights(missing.value);
  const mesh = await readMesh(ports, plan.target, world.signal);
  if (!mesh.ok) throw portFailure(mesh.failure);
  const { problems, warnings, labels } = fit(plan, mesh.value);
  if (problems.length > 0) throw unfit(plan, problems);
  const capacity = await readCapacity(cluster, plan, labels, world.signal);
  if (!capacity.ok) throw portFailure(capacity.failure);
  const { stable, canary } = capacity.value;
  return {
    plan,
    warnings,
    ready: { stable: stable.readyEndpoints, canary: canary.readyEndpoints },
    writes: plannedWrites(
      mesh.value.virtualServices.filter((live) => live !== null),
      { run: RUN, plan, holder: processes.self, at: clock.wallTime(), stableReady: stable.readyEndpoints },
    ),
  };
}

/** A plan that does not fit the mesh. */
export const unfit = ({ target }: Plan, problems: readonly string[]): Failure =>
  new Failure('the plan does not fit the mesh, and nothing was written', {
    problems: problems.map((message) => ({ path: `${target.namespace}/${target.virtualServices[0].name}`, message })),
  });

/** Rights that a run needs and does not have, verb by verb. */
export const missingRights = (missing: readonly Permission[]): Failure =>
  new Failure('rights are missing, and nothing was written. weft canary rbac prints the Roles that allow just this', {
    exitCode: exitCode.unreachable,
    problems: missing.map(({ verb, resource, namespace, name }) => ({
      path: `${verb} ${resource}`,
      message: name === undefined ? `in namespace ${namespace}` : `${name} in namespace ${namespace}`,
    })),
  });
