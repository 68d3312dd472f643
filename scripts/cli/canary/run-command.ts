import type { Command } from '../../../charts-src/canary/event.ts';
import { evolve } from '../../../charts-src/canary/evolve.ts';
import { desiredVirtualService } from '../../../charts-src/canary/desired.ts';
import { refusal } from '../../../charts-src/canary/refusal.ts';
import { isOver, type Rollout } from '../../../charts-src/canary/rollout.ts';
import { attend } from '../../canary/attend.ts';
import { applyCommand } from '../../canary/command.ts';
import { exitCode, type ExitCode } from '../exit-code.ts';
import { Failure } from '../failure.ts';
import type { World } from '../world.ts';
import { assess } from './assess.ts';
import { confirm } from './confirm.ts';
import { connected, type Connection } from './connection.ts';
import { endedRun, type EndedRun } from './ended-run.ts';
import type { ClusterOptions, HolderOptions, WriteOptions } from './given-options.ts';
import { holderOf, readRun, type KeptRun } from './kept-run.ts';
import { objectChanges, withoutState } from './object-changes.ts';
import { portFailure } from './port-failure.ts';
import { progress } from './progress.ts';
import { statusDocument, type CanaryStatus } from './status-document.ts';
import { statusText } from './status-text.ts';

/** Commands that need nothing but a name. */
export type PlainCommand = 'step' | 'pause' | 'resume' | 'promote' | 'abort' | 'undo';

/** Options of the commands that change a run. */
export interface CommandOptions extends ClusterOptions, HolderOptions, WriteOptions {
  readonly service: string;
  readonly format: 'text' | 'json';
}

/** Asks a run for something: written at once on its VirtualService, whether an engine drives it or not. */
export const runCommand = (type: PlainCommand, options: CommandOptions, world: World): Promise<ExitCode> =>
  connected(options, world, async (connection) => {
    const reference = holderOf(options, connection);
    const kept = await readRun(connection.ports.cluster, reference, world.signal);
    const command: Command = { type, at: connection.ports.clock.wallTime() };
    const { code, status } = await commanded(kept, command, options, connection, world);
    if (status !== undefined)
      world.out(options.format === 'json' ? `${JSON.stringify(status, null, 2)}\n` : statusText(status, world));
    return code;
  });

/** What became of a command. */
export interface Commanded {
  readonly code: ExitCode;
  readonly status: CanaryStatus;
}

/** Applies a command, after asking.
 * @throws Failure when it makes no sense for the run, or cannot be written */
export async function commanded(
  kept: KeptRun,
  command: Command,
  options: CommandOptions,
  connection: Connection,
  world: World,
): Promise<Commanded> {
  const { service, dryRun } = options;
  const name = `${kept.reference.namespace}/${kept.reference.name}`;
  if (kept.rollout === undefined)
    throw new Failure(
      `VirtualService ${name} knows of no run, so there is nothing to ${command.type}. Begin one: weft canary run`,
    );
  const why = refusal(kept.rollout, command);
  if (why !== undefined) throw new Failure(`${why}. Nothing was written`);
  if (dryRun !== 'server') {
    const after = evolve(kept.rollout, command);
    if (dryRun === 'client') return previewed(kept, after, world);
    await confirm(
      `${questions[command.type]} (run ${kept.rollout.run} on ${name}, ${connection.where})?`,
      options,
      world,
    );
  }
  const applied = await applyCommand({
    ports: connection.ports,
    reference: kept.reference,
    command,
    ...(dryRun === 'server' && { dryRun }),
    signal: world.signal,
  });
  if (applied.ending === 'refused') throw new Failure(`${applied.message}. Nothing was written`);
  if (applied.ending === 'failed') throw portFailure(applied.failure);
  const { rollout, virtualService } = applied;
  if (dryRun === 'server') world.err('nothing was written: this is a dry run, and the cluster would take it\n');
  else {
    const ended = await finished(rollout, { service, kept }, connection, world);
    if (ended !== undefined) return { ...ended, code: exitCode.ok };
  }
  return { code: exitCode.ok, status: statusDocument(rollout, [virtualService]) };
}

const questions: Readonly<Record<Command['type'], string>> = {
  pause: 'Let the weights stay as they are',
  resume: 'Go on',
  step: 'Go on with the next step now',
  promote: 'Give the canary all requests',
  abort: 'Take all requests back',
  set: 'Set the weight',
  undo: 'Make the routes what they were before',
};

function previewed({ object, rollout }: KeptRun, after: Rollout, world: World): Commanded {
  const desired = desiredVirtualService(object, after, 0);
  for (const { path, from, to } of withoutState(objectChanges(object, desired)))
    world.err(`  ${path}: ${JSON.stringify(from)} → ${JSON.stringify(to)}\n`);
  world.err('nothing was written: this is a dry run\n');
  return { code: exitCode.ok, status: statusDocument(after, rollout === undefined ? [] : [desired]) };
}

/**
 * Requests that go back are seen through by whoever asked for it, where no engine runs: proxies are asked, further
 * VirtualServices follow. What leads on needs an engine that looks at the metrics. Undefined: somebody else does it.
 */
async function finished(
  rollout: Rollout,
  { service, kept }: { readonly service: string; readonly kept: KeptRun },
  connection: Connection,
  world: World,
): Promise<EndedRun | undefined> {
  if (rollout.phase !== 'RollingBack') {
    if (rollout.holder === null && !isOver(rollout))
      world.err(`no engine drives the run: weft canary run ${service} goes on with it\n`);
    return undefined;
  }
  const ending = await attend({
    ports: connection.ports,
    assess,
    reference: kept.reference,
    signal: world.signal,
    report: progress(world),
    warn: (warning) => world.err(`note: ${warning}\n`),
  });
  if (ending.ending === 'held' || ending.ending === 'lost') return undefined;
  return endedRun(ending, { plan: rollout.plan, service }, connection, world);
}
