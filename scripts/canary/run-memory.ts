import { evolve } from '../../charts-src/canary/evolve.ts';
import type { Clock } from '../../charts-src/canary/ports/clock.ts';
import type { Rollout } from '../../charts-src/canary/rollout.ts';

/** A run as its engine knows it: what is written down, and what was learned since. */
export interface RunMemory {
  now(): Rollout;
  remember(next: Rollout): void;
  /** Counts the time that has passed since this was called last. */
  passTime(): void;
}

/** @param onMove hears when the run is somewhere else: what was asked before says nothing there */
export function runMemory(start: Rollout, clock: Clock, onMove: () => void): RunMemory {
  let rollout = start;
  let stage = stageOf(start);
  let countedMs = clock.monotonicMs();
  const remember = (next: Rollout): void => {
    rollout = next;
    if (stageOf(next) === stage) return;
    stage = stageOf(next);
    // A slow write takes seconds, and nobody can have heard of it before it was there.
    countedMs = clock.monotonicMs();
    onMove();
  };
  return {
    now: () => rollout,
    remember,
    passTime: () => {
      const ms = Math.floor(clock.monotonicMs() - countedMs);
      countedMs += ms;
      if (ms > 0) remember(evolve(rollout, { type: 'time-passed', ms }));
    },
  };
}

/** Where a run is. */
function stageOf(rollout: Rollout): string {
  const active = rollout.phase === 'Paused' ? rollout.paused : rollout;
  const shift = 'shift' in active ? active.shift.revision : 0;
  const wish = 'wish' in active ? (active.wish?.to ?? '') : '';
  return `${rollout.phase} ${active.phase} ${shift} ${wish}`;
}
