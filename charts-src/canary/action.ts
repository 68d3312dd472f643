import type { Committed, Noted } from './event.ts';
import type { Hook } from './plan.ts';
import type { Workload } from './ports/cluster.ts';
import type { Rollout } from './rollout.ts';

/** The one thing to do next. */
export type Action =
  /** Ask the world, and decide again with the answer. */
  | { readonly type: 'look'; readonly at: 'acknowledgement' | 'capacity' | 'metrics' }
  | { readonly type: 'call-hook'; readonly hook: Hook; readonly key: string }
  | { readonly type: 'scale'; readonly workload: Workload; readonly replicas: number }
  /** Remember it. */
  | { readonly type: 'note'; readonly event: Noted }
  /** Write what becomes of the run by this event, with its weights, by compare-and-swap. */
  | { readonly type: 'commit'; readonly event: Committed }
  /** Bring a further VirtualService, counted from 1, to where the run is, or is about to be. */
  | { readonly type: 'align'; readonly virtualService: number; readonly to: Rollout }
  /** Nothing for so long, unless a VirtualService changes. */
  | { readonly type: 'wait'; readonly forMs: number; readonly why: string }
  /** The run is over. */
  | { readonly type: 'end' }
  /** Nothing is left that could be written. */
  | { readonly type: 'abandon'; readonly why: string };
