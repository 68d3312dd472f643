import { HEARTBEAT_MS } from './decide.ts';
import type { Rollout } from './rollout.ts';

/** A heartbeat that did not change for so long is of an engine that is no more. */
export const SILENCE_MS = 2.5 * HEARTBEAT_MS;

/** What is known of the engine that holds a run. */
export interface HolderSigns {
  /** Whether its process lives; `unknown`: it is of another machine. */
  readonly life: 'alive' | 'dead' | 'unknown';
  /** How old its last heartbeat is by the time of day; null: that cannot be told. */
  readonly ageMs: number | null;
  /** So long we have seen with our own clock that the heartbeat does not change. */
  readonly silentMs: number;
  /** Somebody knows better, and says that the run is to be taken over. */
  readonly takeOver: boolean;
}

/** Whether an engine may drive a run that is there already. */
export type Claim =
  | { readonly claim: 'take'; readonly why: string }
  | { readonly claim: 'held' }
  /** By the time of day it is long dead, or not born yet, but clocks may differ: look whether its heart beats, for so long. */
  | { readonly claim: 'watch'; readonly forMs: number };

/**
 * Whether an engine may take a run that somebody holds. The time of day alone takes nothing away from anybody: it only
 * says whether it is worth to watch. Whoever takes wrongly all the same breaks nothing: the other one loses the next
 * compare-and-swap, sees the new holder and leaves.
 */
export function claimOf({ holder }: Pick<Rollout, 'holder'>, { life, ageMs, silentMs, takeOver }: HolderSigns): Claim {
  if (holder === null) return { claim: 'take', why: 'no engine held it' };
  const name = `${holder.host}/${holder.pid}`;
  if (takeOver) return { claim: 'take', why: `somebody asked to take it from ${name}` };
  if (life === 'dead') return { claim: 'take', why: `process ${name} is no more` };
  // Far in the future it says as little as long ago: the clocks of two machines differ.
  if (life === 'alive' || ageMs === null || Math.abs(ageMs) < SILENCE_MS) return { claim: 'held' };
  const watchMs = HEARTBEAT_MS + HEARTBEAT_MS / 2;
  return silentMs >= watchMs
    ? { claim: 'take', why: `${name} gave no sign for ${Math.round(Math.max(ageMs, silentMs) / 1_000)} s` }
    : { claim: 'watch', forMs: watchMs - silentMs };
}
