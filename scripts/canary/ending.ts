import type { PortFailure } from '../../charts-src/canary/ports/failure.ts';
import type { Holder, Rollout, Terminal } from '../../charts-src/canary/rollout.ts';

/** How a drive ends. */
export type Ending =
  | { readonly ending: 'over'; readonly rollout: Rollout<Terminal> }
  /** Somebody asked us to leave: the run waits for the next engine. */
  | { readonly ending: 'left'; readonly rollout: Rollout }
  /** Somebody else drives, or another run began. */
  | { readonly ending: 'lost'; readonly rollout: Rollout; readonly run: string; readonly to: Holder | null }
  /** The VirtualService is gone. */
  | { readonly ending: 'gone'; readonly rollout: Rollout; readonly why: string }
  /** The cluster does not let us, or does not answer: weights are what they were. */
  | { readonly ending: 'failed'; readonly rollout: Rollout; readonly failure: PortFailure };
