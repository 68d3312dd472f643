import { NONE, percentOf } from '../../../charts-src/canary/basis-points.ts';
import type { PlanFile } from '../../../charts-src/canary/plan-file.ts';
import type { Plan } from '../../../charts-src/canary/plan.ts';
import { readPlan } from '../../../charts-src/canary/read-plan.ts';
import { isOver } from '../../../charts-src/canary/rollout.ts';
import { fieldsIn, fieldsOf, routesOf, textOf, weightOf } from '../../../charts-src/canary/routes.ts';
import { fullHost } from '../../../charts-src/model/host.ts';
import { run } from '../../canary/run.ts';
import { exitCode, type ExitCode } from '../exit-code.ts';
import { Failure } from '../failure.ts';
import type { World } from '../world.ts';
import { assess } from './assess.ts';
import { confirm } from './confirm.ts';
import { connected, type Connection } from './connection.ts';
import { endedRun } from './ended-run.ts';
import { completeWeights, type Shares } from './given-weights.ts';
import { holderOf, readRun, type KeptRun } from './kept-run.ts';
import { portFailure } from './port-failure.ts';
import { preview } from './preview.ts';
import { progress } from './progress.ts';
import { commanded } from './run-command.ts';
import type { SetOptions } from './run-set.ts';
import type { CanaryStatus } from './status-document.ts';

/** Where the mesh stands then; null: nothing was written. */
export interface SetOnMesh {
  readonly code: ExitCode;
  readonly status: CanaryStatus | null;
}

/** Sets weights on the mesh: by the run that is under way, or by one that does nothing else. */
export const setOnMesh = (options: SetOptions & { readonly given: Shares }, world: World): Promise<SetOnMesh> =>
  connected(options, world, async (connection) => {
    const kept = await readRun(connection.ports.cluster, holderOf(options, connection), world.signal);
    return kept.rollout !== undefined && !isOver(kept.rollout)
      ? ofRun(kept, kept.rollout.plan, options, connection, world)
      : ofItsOwn(kept, options, connection, world);
  });

type Options = SetOptions & { readonly given: Shares };

/** A run is under way: it takes the weight over. */
function ofRun(kept: KeptRun, plan: Plan, options: Options, connection: Connection, world: World): Promise<SetOnMesh> {
  const { stable, canary, namespace } = plan.target;
  const names = [stable.subset ?? stable.host, canary.subset ?? canary.host];
  const shares = completeWeights(options.given, names, `the run of ${options.service} in ${namespace}`);
  const weight = shares.get(names[1] ?? '') ?? NONE;
  const command = { type: 'set', at: connection.ports.clock.wallTime(), weight } as const;
  return commanded(kept, command, options, connection, world);
}

/** No run is under way: one of a single step, without metrics and without a promotion. */
async function ofItsOwn(kept: KeptRun, options: Options, connection: Connection, world: World): Promise<SetOnMesh> {
  const plan = planOf(kept, options);
  const { ports, where } = connection;
  const name = `${kept.reference.namespace}/${kept.reference.name}`;
  const found = await preview(plan, connection, world);
  const weight = plan.steps[0]?.weight ?? NONE;
  const words = `${percentOf(weight)} % to ${plan.target.canary.subset ?? 'the canary'}`;
  if (options.dryRun !== undefined) {
    for (const { objects } of found.writes)
      for (const { after } of objects)
        if (options.dryRun === 'server') {
          const judged = await ports.cluster.dryRunVirtualService(after, world.signal);
          if (!judged.ok) throw portFailure(judged.failure);
        }
    world.err(`would give ${words} on ${name}, ${where}\n`);
    return { code: exitCode.ok, status: null };
  }
  await confirm(`Give ${words} on ${name}, ${where}?`, options, world);
  const ending = await run({
    ports,
    assess,
    plan,
    signal: world.signal,
    report: progress(world),
    warn: (warning) => world.err(`note: ${warning}\n`),
  });
  return endedRun(ending, { plan, service: options.service }, connection, world);
}

/** The plan of who only sets a weight. What gets less is the stable version of such a run. */
function planOf({ object, reference }: KeptRun, { service, given, destinationRule, virtualService }: Options): Plan {
  const host = fullHost(service, reference.namespace);
  const shares = sharesNow(object, host);
  const versions = versionsOf(shares, given);
  const complete = completeWeights(given, versions, `${service} in VirtualService ${reference.name}`);
  const named = [...given.keys()];
  const canary = named.at(-1) ?? '';
  const stable = versions.filter((version) => version !== canary);
  const [other = ''] = stable;
  if (stable.length !== 1)
    throw new Failure(
      `${service} has ${stable.length === 0 ? 'no other version' : `${stable.length + 1} versions with requests`}: set moves requests between two of them. Take a plan that names them: weft canary run`,
    );
  const file: PlanFile = {
    target: {
      namespace: reference.namespace,
      host: service,
      stable: other,
      canary,
      virtualServices: virtualService.length > 0 ? virtualService : [`${reference.namespace}/${reference.name}`],
      ...(destinationRule !== undefined && { destinationRule }),
    },
    steps: [percentOf(complete.get(canary) ?? NONE)],
    hold: '0s',
    promotion: 'none',
    analysis: false,
  };
  const read = readPlan(file);
  if (read.ok) return read.plan;
  throw new Failure('these weights make no plan, and nothing was written', {
    problems: read.problems.map(({ what, why, fix }) => ({ path: service, message: `${what}: ${why}. Fix: ${fix}` })),
  });
}

/** Versions that get requests or are to; where that is one alone, also those that get none. */
function versionsOf(shares: ReadonlyMap<string, number>, given: Shares): readonly string[] {
  const busy = [...shares].flatMap(([version, share]) => (share > 0 ? [version] : []));
  const versions = [...new Set([...busy, ...given.keys()])];
  return versions.length > 1 ? versions : [...new Set([...versions, ...shares.keys()])];
}

/** What each subset of a host gets in the first route to it. */
function sharesNow(object: KeptRun['object'], host: string): ReadonlyMap<string, number> {
  for (const kind of ['http', 'tls', 'tcp'] as const)
    for (const route of routesOf(object, kind)) {
      const destinations = fieldsOf(route['route']);
      const ours = destinations.flatMap(({ destination }, index) => {
        const to = fieldsIn(destination);
        return fullHost(textOf(to['host']), object.metadata.namespace) === host
          ? [[textOf(to['subset']), weightOf(destinations, index)] as const]
          : [];
      });
      if (ours.length > 0) return new Map(ours);
    }
  return new Map();
}
