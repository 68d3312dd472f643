import type { KubernetesObject } from './ports/cluster.ts';
import { isOver, shiftOf, type Holder, type Progressing, type Rollout } from './rollout.ts';
import { keptState } from './rollout-annotations.ts';

/** What a fresh look at the first VirtualService means for an engine that remembers a run. */
export type Standing =
  /** All is as we wrote it. */
  | { readonly standing: 'ours' }
  /** A command changed it, it is over, or a write of ours lost its answer: the engine goes on from there. */
  | { readonly standing: 'changed'; readonly rollout: Rollout }
  /** What we wrote is gone, or an older copy of it came back. */
  | { readonly standing: 'wiped' }
  /** Somebody else drives: whatever we still want to write, we must not. */
  | { readonly standing: 'lost'; readonly run: string; readonly to: Holder | null };

/** Compares what an engine remembers with what lies there. */
export function standingOf(memory: Rollout, live: Pick<KubernetesObject, 'metadata'>): Standing {
  const state = keptState(live);
  if (state.kept !== 'rollout') return { standing: 'wiped' };
  const { rollout } = state;
  const { run, holder, revision } = rollout;
  if (run === memory.run && revision < memory.revision) return { standing: 'wiped' };
  // What is over is nobody's, so its holder says nothing: a last write whose answer was lost looks like this.
  if (run === memory.run && isOver(rollout) && !isOver(memory)) return { standing: 'changed', rollout };
  if (run !== memory.run || !isSameHolder(holder, memory.holder)) return { standing: 'lost', run, to: holder };
  return revision === memory.revision
    ? { standing: 'ours' }
    : { standing: 'changed', rollout: withMemory(rollout, memory) };
}

/** Whether two names are of one process. */
export const isSameHolder = (one: Holder | null, other: Holder | null): boolean =>
  one === other ||
  (one !== null &&
    other !== null &&
    one.host === other.host &&
    one.pid === other.pid &&
    one.startedAt === other.startedAt);

/** What was learned since the last write is still true: evidence, and what the proxies hold of the same weight. */
function withMemory(rollout: Rollout, memory: Rollout): Rollout {
  const { evidence, verdict } = memory;
  const known = { ...rollout, evidence, verdict };
  const before = goingOf(memory);
  if (before === undefined || shiftOf(rollout)?.revision !== before.shift.revision) return known;
  const { shift, heldMs } = before;
  if (known.phase === 'Progressing') return { ...known, shift, heldMs };
  return known.phase === 'Paused' && known.paused.phase === 'Progressing'
    ? { ...known, paused: { ...known.paused, shift, heldMs } }
    : known;
}

function goingOf(rollout: Rollout): Progressing | undefined {
  if (rollout.phase === 'Progressing') return rollout;
  return rollout.phase === 'Paused' && rollout.paused.phase === 'Progressing' ? rollout.paused : undefined;
}
