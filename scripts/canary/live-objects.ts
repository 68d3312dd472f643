import { standingOf } from '../../charts-src/canary/adopt.ts';
import { desiredVirtualService } from '../../charts-src/canary/desired.ts';
import type { Committed } from '../../charts-src/canary/event.ts';
import { evolve } from '../../charts-src/canary/evolve.ts';
import type { Observation } from '../../charts-src/canary/observation.ts';
import type { KubernetesObject, Reference } from '../../charts-src/canary/ports/cluster.ts';
import type { Result } from '../../charts-src/canary/ports/failure.ts';
import type { Ports } from '../../charts-src/canary/ports/ports.ts';
import type { Rollout } from '../../charts-src/canary/rollout.ts';
import { echoes } from './echoes.ts';
import type { Ending } from './ending.ts';
import { orRefusedForNow, patience } from './insist.ts';
import type { RunMemory } from './run-memory.ts';

/** The VirtualServices of a run as they lie in the cluster. Every write is from a fresh read, and one compare-and-swap. */
export interface LiveObjects {
  /** As they were read or written last, in the order of the plan. */
  readonly virtualServices: readonly KubernetesObject[];
  /** What `decide` is told of them. */
  seen(): Pick<Observation, 'virtualServices' | 'isStateIntact' | 'goneMs' | 'writtenMsAgo'>;
  /** Whether the first one, read last, was heard to change since: by whom does not matter. */
  isOutdated(): boolean;
  /** Something may have changed, and nobody can tell what. */
  outdate(): void;
  /** Hears of a version from the watch; whether it is somebody else's. */
  hear(object: KubernetesObject): boolean;
  /** Whether the first one was read in this very moment: nothing was awaited since. */
  isFresh(): boolean;
  /** Something is awaited now. */
  age(): void;
  /** Reads the first one anew, and sees whether the run is still what we think, and ours. */
  refresh(): Promise<void>;
  refreshFurther(): Promise<void>;
  /** Writes the state of the run after this event, and the weights that follow from it, into the first one. */
  commit(event: Committed): Promise<void>;
  /** Brings a further one to where the run is. */
  align(position: number, to: Rollout): Promise<void>;
  /** How the run ended for this engine, by what it read or was refused; undefined: it goes on. */
  ending(): Ending | undefined;
}

interface Start {
  readonly ports: Pick<Ports, 'cluster' | 'clock'>;
  readonly memory: RunMemory;
  readonly virtualServices: readonly KubernetesObject[];
  readonly signal: AbortSignal;
}

export function liveObjects({ ports: { cluster, clock }, memory, signal, ...start }: Start): LiveObjects {
  const references = memory.now().plan.target.virtualServices;
  const virtualServices = [...start.virtualServices];
  let isStateIntact = true;
  /** Nobody told us of a change since the last read. */
  let isCurrent = true;
  let isFresh = false;
  /** VirtualServices that are not there, by their position, and since when. */
  const gone = new Map<number, number>();
  let writtenMs = clock.monotonicMs();
  let ending: Ending | undefined;
  const echo = echoes();
  const outage = { read: patience(clock, signal, orRefusedForNow), write: patience(clock, signal, orRefusedForNow) };
  // A write that was begun is seen through, whoever asks us to leave.
  const never = new AbortController().signal;

  /** Whether a call worked; what does not is tried again for a while, by whoever comes to it next. */
  const worked = async (result: Result<unknown>, call: keyof typeof outage): Promise<boolean> => {
    const failure = await outage[call].bears(result);
    if (failure !== undefined) ending = { ending: 'failed', rollout: memory.now(), failure };
    return result.ok;
  };

  /** Reads one VirtualService anew; false: it could not be read, or is not there. */
  const read = async (position: number, reference: Reference): Promise<boolean> => {
    const result = await cluster.virtualService(reference, never);
    if (!result.ok && result.failure.type === 'not-found') {
      if (!gone.has(position)) gone.set(position, clock.monotonicMs());
      return false;
    }
    if (!(await worked(result, 'read')) || !result.ok) return false;
    gone.delete(position);
    virtualServices[position] = result.value;
    return true;
  };

  const refresh = async (): Promise<void> => {
    isCurrent = true;
    isFresh = false;
    if (!(await read(0, references[0]))) {
      isCurrent = gone.has(0);
      return;
    }
    isFresh = true;
    const [live] = virtualServices;
    if (live === undefined) return;
    const rollout = memory.now();
    const found = standingOf(rollout, live);
    isStateIntact = found.standing !== 'wiped';
    if (found.standing === 'changed') memory.remember(found.rollout);
    if (found.standing !== 'lost') return;
    // Nobody but we ourselves says that we have left: the answer to our farewell was lost.
    const hasLeft = signal.aborted && found.run === rollout.run && found.to === null;
    ending = hasLeft ? { ending: 'left', rollout } : { ending: 'lost', rollout, run: found.run, to: found.to };
  };

  const refreshFurther = async (): Promise<void> => {
    for (const [position, reference] of references.entries()) if (position > 0) await read(position, reference);
  };

  const commit = async (event: Committed): Promise<void> => {
    const [live] = virtualServices;
    if (live === undefined) return;
    const next = evolve(memory.now(), event);
    isFresh = false;
    const { result, isAlone } = await echo.during(() =>
      cluster.replaceVirtualService(desiredVirtualService(live, next, 0), never),
    );
    if (result.ok) {
      await worked(result, 'write');
      if (!isAlone) isCurrent = false;
      virtualServices[0] = result.value;
      isStateIntact = true;
      writtenMs = clock.monotonicMs();
      memory.remember(next);
      if (event.type === 'heartbeat') await refreshFurther();
      return;
    }
    // A conflict, or an answer that was lost: what lies there now is the only truth.
    isCurrent = false;
    if (result.failure.type !== 'not-found') await worked(result, 'write');
  };

  const align = async (position: number, to: Rollout): Promise<void> => {
    isFresh = false;
    const reference = references[position];
    if (reference === undefined || !(await read(position, reference))) return;
    const live = virtualServices[position];
    if (live === undefined) return;
    const result = await cluster.replaceVirtualService(desiredVirtualService(live, to, position), never);
    if (result.ok) virtualServices[position] = result.value;
    else if (result.failure.type !== 'not-found') await worked(result, 'write');
  };

  return {
    virtualServices,
    seen: () => {
      const now = clock.monotonicMs();
      const goneMs = gone.size === 0 ? null : now - Math.min(...gone.values());
      return { virtualServices, isStateIntact, goneMs, writtenMsAgo: now - writtenMs };
    },
    isOutdated: () => !isCurrent,
    outdate: () => void (isCurrent = false),
    hear: (object) => {
      if (!echo.isForeign(object)) return false;
      isCurrent = false;
      return true;
    },
    isFresh: () => isFresh,
    age: () => void (isFresh = false),
    refresh,
    refreshFurther,
    commit,
    align,
    ending: () => ending,
  };
}
