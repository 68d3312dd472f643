import { percentOf } from '../../../charts-src/canary/basis-points.ts';
import type { Plan } from '../../../charts-src/canary/plan.ts';
import { attend } from '../../canary/attend.ts';
import { run, type RunEnding } from '../../canary/run.ts';
import { exitCode, type ExitCode } from '../exit-code.ts';
import { Failure } from '../failure.ts';
import type { World } from '../world.ts';
import { assess } from './assess.ts';
import { confirm } from './confirm.ts';
import { connected, type Connection } from './connection.ts';
import { endedRun } from './ended-run.ts';
import type { ClusterOptions, MetricsOptions, PlanOptions, WriteOptions } from './given-options.ts';
import { holderOf, readRun } from './kept-run.ts';
import { portFailure } from './port-failure.ts';
import { preview } from './preview.ts';
import { progress } from './progress.ts';
import { asksForPlan, requestedPlan } from './requested-plan.ts';
import { requireMetrics } from './require-metrics.ts';
import { planReport, planText } from './run-plan.ts';
import { statusText } from './status-text.ts';

/** Options of `weft canary run`. */
export interface RunOptions extends PlanOptions, ClusterOptions, MetricsOptions, WriteOptions {
  readonly takeOver: boolean;
  readonly supersede: boolean;
  readonly resume: boolean;
  readonly format: 'text' | 'json';
}

/** Begins a run, or goes on with one that is there, and drives it to its end. */
export const runRun = (options: RunOptions, world: World): Promise<ExitCode> =>
  connected(options, world, async (connection) => {
    const plan = await planOf(options, connection, world);
    if (options.dryRun !== undefined) return dryRun(plan, options, connection, world);
    requireMetrics(plan, options, world);
    await confirm(question(plan, connection), options, world);
    const { code, status } = await endedRun(
      await driven(plan, options, connection, world),
      { plan, service: serviceOf(plan) },
      connection,
      world,
    );
    world.out(options.format === 'json' ? `${JSON.stringify(status, null, 2)}\n` : statusText(status, world));
    return code;
  });

/** The plan that was asked for, or that of the run that is there. */
async function planOf(options: RunOptions, connection: Connection, world: World): Promise<Plan> {
  const { service } = options;
  if (asksForPlan(options) || service === undefined) return requestedPlan(options, connection.namespace, world);
  const kept = await readRun(connection.ports.cluster, holderOf({ ...options, service }, connection), world.signal);
  if (kept.rollout !== undefined) return kept.rollout.plan;
  throw new Failure(
    `no run of ${service} is there to go on with. To begin one say between which subsets: --from SUBSET --to SUBSET, or --plan FILE`,
  );
}

async function driven(plan: Plan, options: RunOptions, connection: Connection, world: World): Promise<RunEnding> {
  const { ports } = connection;
  const { takeOver, supersede, resume } = options;
  // A cluster that does not answer at all is told at once; what fails later is tried again for a while. Which rights are
  // missing is said by the run, verb by verb.
  const [holder] = plan.target.virtualServices;
  const first = await ports.cluster.virtualService(holder, world.signal);
  if (!first.ok && first.failure.type !== 'not-found' && first.failure.type !== 'forbidden')
    throw portFailure(first.failure);
  const request = {
    ports,
    assess,
    takeOver,
    signal: world.signal,
    report: progress(world),
    warn: (warning: string) => world.err(`note: ${warning}\n`),
  };
  return asksForPlan(options)
    ? run({ ...request, plan, supersede, resume })
    : attend({ ...request, reference: holder });
}

async function dryRun(plan: Plan, options: RunOptions, connection: Connection, world: World): Promise<ExitCode> {
  const found = await preview(plan, connection, world);
  // The first one holds the state; the second one is the first with weights. Later ones differ in numbers only.
  if (options.dryRun === 'server')
    for (const { objects } of found.writes.slice(0, 1))
      for (const { after } of objects) {
        const judged = await connection.ports.cluster.dryRunVirtualService(after, world.signal);
        if (!judged.ok) throw portFailure(judged.failure);
      }
  const report = planReport(found, { whole: false });
  world.out(options.format === 'json' ? `${JSON.stringify(report, null, 2)}\n` : planText(report));
  world.err(
    `nothing was written: this is a dry run${options.dryRun === 'server' ? ', and the cluster would take it' : ''}\n`,
  );
  return exitCode.ok;
}

function question({ target, steps, promotion }: Plan, { where }: Connection): string {
  const [first] = target.virtualServices;
  const weights = steps.map(({ weight }) => percentOf(weight)).join(', ');
  const more = promotion === 'none' ? '' : ', then all';
  return `Move requests of ${first.namespace}/${first.name} from ${target.stable.subset ?? target.stable.host} to ${target.canary.subset ?? target.canary.host} (${weights} %${more}) on ${where}?`;
}

const serviceOf = ({ target }: Plan): string => `${target.virtualServices[0].name} -n ${target.namespace}`;
