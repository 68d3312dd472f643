import { isSame } from '../../charts-src/canary/canonical-json.ts';
import { desiredVirtualService } from '../../charts-src/canary/desired.ts';
import type { Command } from '../../charts-src/canary/event.ts';
import { evolve } from '../../charts-src/canary/evolve.ts';
import type { KubernetesObject, Reference } from '../../charts-src/canary/ports/cluster.ts';
import type { PortFailure } from '../../charts-src/canary/ports/failure.ts';
import type { Ports } from '../../charts-src/canary/ports/ports.ts';
import { refusal } from '../../charts-src/canary/refusal.ts';
import { isOver, type Rollout } from '../../charts-src/canary/rollout.ts';
import { keptState } from '../../charts-src/canary/rollout-annotations.ts';
import { insist, PATIENCE_MS, pauseMs } from './insist.ts';

/** What became of a command. */
export type CommandEnding =
  | {
      readonly ending: 'applied';
      readonly rollout: Rollout;
      readonly before: Rollout;
      readonly virtualService: KubernetesObject;
    }
  /** It makes no sense for the run as it stands. Nothing was written. */
  | { readonly ending: 'refused'; readonly message: string }
  | { readonly ending: 'failed'; readonly failure: PortFailure };

/** How a command is applied. */
export interface CommandRequest {
  readonly ports: Pick<Ports, 'cluster' | 'clock'>;
  /** The VirtualService that holds the state of the run. */
  readonly reference: Reference;
  readonly command: Command;
  /** `server`: the API server judges the write, and nothing stays of it. */
  readonly dryRun?: 'server';
  readonly signal: AbortSignal;
}

/**
 * Applies a command to the state on the object, by one compare-and-swap: an engine that drives the run sees it by its
 * watch, and without one the next engine goes on from there.
 */
export async function applyCommand({
  ports: { cluster, clock },
  reference,
  command,
  dryRun,
  signal,
}: CommandRequest): Promise<CommandEnding> {
  const startMs = clock.monotonicMs();
  let tried: Rollout | undefined;
  for (let failures = 0; ; failures++) {
    const read = await insist(clock, signal, (stop) => cluster.virtualService(reference, stop));
    if (!read.ok) return { ending: 'failed', failure: read.failure };
    const state = keptState(read.value);
    // A write whose answer was lost may have arrived.
    if (tried !== undefined && state.kept === 'rollout' && isSame(state.rollout, tried))
      return { ending: 'applied', rollout: tried, before: state.rollout, virtualService: read.value };
    if (state.kept !== 'rollout') return { ending: 'refused', message: nothingText(reference, state) };
    const { rollout } = state;
    const why = refusal(rollout, command) ?? tooLate(rollout, command);
    if (why !== undefined) return { ending: 'refused', message: why };
    tried = evolve(rollout, command);
    const desired = desiredVirtualService(read.value, tried, 0);
    const written =
      dryRun === 'server'
        ? await cluster.dryRunVirtualService(desired, signal)
        : await cluster.replaceVirtualService(desired, signal);
    if (written.ok) return { ending: 'applied', rollout: tried, before: rollout, virtualService: written.value };
    const { failure } = written;
    if (!failure.retryable || clock.monotonicMs() - startMs > PATIENCE_MS) return { ending: 'failed', failure };
    if (failure.type !== 'conflict') await clock.sleep(pauseMs(failures, failure), signal);
  }
}

const nothingText = (
  { namespace, name }: Reference,
  state: Exclude<ReturnType<typeof keptState>, { readonly kept: 'rollout' }>,
): string =>
  state.kept === 'nothing'
    ? `VirtualService ${namespace}/${name} knows of no run`
    : `VirtualService ${namespace}/${name} has annotations of a run that cannot be read: ${state.why}`;

/** A run can be undone for a while: later, what was there before it may be nothing to go back to. */
function tooLate(rollout: Rollout, { type, at }: Command): string | undefined {
  if (type !== 'undo' || !isOver(rollout)) return undefined;
  const sinceMs = Date.parse(at) - Date.parse(rollout.finishedAt);
  const { undoWindowMs } = rollout.plan;
  return sinceMs > undoWindowMs
    ? `run ${rollout.run} ended ${Math.round(sinceMs / 60_000)} minutes ago, and its plan lets it be undone for ${Math.round(undoWindowMs / 60_000)}: begin a run in the other direction`
    : undefined;
}
