import type { Holder } from '../rollout.ts';

/** Who we are, and whether others of this machine are still there. */
export interface Processes {
  /** This process, as other engines will read it. */
  readonly self: Holder;
  /** Whether a process of this very machine (`holder.host` is ours) is alive. `unknown`: it is of another machine. */
  isAlive(holder: Holder): 'alive' | 'dead' | 'unknown';
}

/** Where names of runs come from: short, lower case, never the same twice. */
export interface RunIds {
  next(): string;
}
