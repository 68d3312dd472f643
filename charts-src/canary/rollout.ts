import type { BasisPoints } from './basis-points.ts';
import type { Plan } from './plan.ts';
import type { ProxyName } from './ports/acknowledgement.ts';
import type { Json } from './ports/cluster.ts';
import type { PortFailure } from './ports/failure.ts';
import type { Evidence } from './analysis/evidence.ts';
import type { Verdict } from './analysis/verdict.ts';

/** Where a run stands. It is kept in annotations of the first VirtualService, beside the weights that it explains. */
export type Rollout<P extends Phase = Phase> = RunFacts & P;

/** What is true of a run in every phase. */
export interface RunFacts {
  /** Name of the run, lower-case letters and digits; never used twice. */
  readonly run: string;
  /** The whole plan: commands and the next engine need no file. */
  readonly plan: Plan;
  /** Fingerprint of the plan. */
  readonly planHash: string;
  /** What the routes were like before the first weight, a list for each VirtualService of the plan; empty until then. */
  readonly before: readonly (readonly RouteBefore[])[];
  /** Who drives. Null: nobody, until the next engine. */
  readonly holder: Holder | null;
  readonly heartbeat: Heartbeat;
  /** One more with every change of the state that was written. */
  readonly revision: number;
  /** Time of day, for people. */
  readonly startedAt: string;
  /** Ready endpoints of the stable arm when the run began. */
  readonly stableReady: number;
  /** Replicas of the canary's workload: before the run, and what the run wants. Null: it does not scale. */
  readonly scaling: { readonly before: number; readonly wanted: number } | null;
  /** Hooks that need not be asked again: `<step>/<name>`. */
  readonly hooksDone: readonly string[];
  /** How often weights of somebody else were put right. */
  readonly restores: number;
  /** How long the run has been active, without pauses and without the time in which no engine ran. */
  readonly activeMs: number;
  /** So long metrics could not be read; null: the last time they could. */
  readonly blindMs: number | null;
  /** Why not, the last time; null: they could. Not there: an older weft wrote the run. */
  readonly unread?: Unread | null;
  readonly evidence: Evidence | null;
  readonly verdict: Verdict | null;
  /** What happened, newest last; the oldest are dropped. */
  readonly history: readonly HistoryEntry[];
}

/** Why metrics could not be read. */
export type Unread = Pick<PortFailure, 'message' | 'exchange'>;

/** One of our routes as it was. */
export interface RouteBefore {
  /** Its kind, name and match: what tells it from the others. */
  readonly key: string;
  readonly destinations: readonly Json[];
}

/** A process that drives a run. */
export interface Holder {
  /** Name of the machine or pod. */
  readonly host: string;
  readonly pid: number;
  /** Tells two processes with one number apart. */
  readonly startedAt: string;
}

/** A sign of life. Only that it changes says that somebody lives; `at` is for people, clocks may jump. */
export interface Heartbeat {
  readonly count: number;
  readonly at: string;
}

/** A weight on its way into the proxies. */
export interface Shift {
  /** Revision at which the marker was written: it makes markers unique. */
  readonly revision: number;
  /** Since this marker was written. */
  readonly pendingMs: number;
  /** Since the weight was written, whatever the marker. */
  readonly unacknowledgedMs: number;
  readonly acknowledged: Acknowledged | null;
}

/** How it is known that the proxies hold the weight. */
export type Acknowledged =
  | { readonly by: 'proxies'; readonly proxies: number; readonly how: string }
  /** Nobody could be asked; so much time passed. */
  | { readonly by: 'time'; readonly ms: number; readonly why: string }
  /** Only of a rollback: some proxies did not answer in time, and it was not waited for them. */
  | { readonly by: 'nobody'; readonly ms: number; readonly lagging: readonly ProxyName[] };

/** What a run is doing. */
export type Phase = Active | Paused | Terminal;

/** A phase in which the run moves on by itself. */
export type Active = Preparing | Progressing | Promoting | RollingBack;

/** Nothing is shifted yet: hooks, endpoints. */
export interface Preparing {
  readonly phase: 'Preparing';
}

/** In a step. */
export interface Progressing {
  readonly phase: 'Progressing';
  /** Counted from 0. */
  readonly step: number;
  /** What the canary gets: the weight of the step, unless somebody `set` another one or took some away. */
  readonly weight: BasisPoints;
  readonly shift: Shift;
  /** Since the proxies hold the weight: the hold time first, then what is waited for. */
  readonly heldMs: number;
  /** What somebody asked for, until it is done. */
  readonly wish: Wish | null;
}

/** A step that somebody wants out of turn. */
export type Wish =
  /** The pause that the plan asks for after this step is over. */
  | { readonly to: 'go-on' }
  /** The next step at once. */
  | { readonly to: 'step' }
  /** All requests at once. */
  | { readonly to: 'promote' }
  | { readonly to: 'set'; readonly weight: BasisPoints };

/** All requests go to the canary, or are about to. */
export interface Promoting {
  readonly phase: 'Promoting';
  readonly shift: Shift;
}

/** Requests go back. */
export interface RollingBack {
  readonly phase: 'RollingBack';
  readonly reason: Reason;
  readonly to: Back;
  readonly shift: Shift;
  /** Since the proxies hold it: the time that the last requests have. */
  readonly drainedMs: number;
}

/**
 * Where a rollback leads. `none`: the canary gets nothing. `before`: routes become what they were before the run.
 * `untouched`: nothing was shifted, so nothing is taken back.
 */
export type Back = 'none' | 'before' | 'untouched';

/** A run that waits for somebody. */
export interface Paused {
  readonly phase: 'Paused';
  readonly reason: Reason;
  /** What it goes on with; its weight stays as long as the pause lasts. */
  readonly paused: Preparing | Progressing;
}

/** A run that is over. */
export type Terminal =
  | { readonly phase: 'Promoted'; readonly finishedAt: string }
  /** The weight of the last step stays: the plan has no promotion. */
  | { readonly phase: 'Settled'; readonly weight: BasisPoints; readonly finishedAt: string }
  | {
      readonly phase: 'RolledBack';
      readonly reason: Reason;
      readonly to: Back;
      readonly finishedAt: string;
    }
  /** Ended without a verdict; the canary keeps its weight. */
  | {
      readonly phase: 'Inconclusive';
      readonly reason: Reason;
      /** Null: nothing was shifted. */
      readonly weight: BasisPoints | null;
      readonly finishedAt: string;
    }
  /** All is as it was before the run; nothing on the object tells of it. */
  | { readonly phase: 'Undone'; readonly finishedAt: string };

/** Why a run left its plan. */
export interface Reason {
  readonly cause:
    | 'user'
    | 'undo'
    | 'step'
    | 'bad'
    | 'both-bad'
    | 'undecided'
    | 'no-evidence'
    | 'blind'
    | 'drift'
    | 'capacity'
    | 'acknowledgement'
    | 'hook'
    | 'deadline'
    | 'superseded';
  /** In words that stand alone. */
  readonly message: string;
}

/** One thing that happened. */
export interface HistoryEntry {
  readonly at: string;
  readonly event: string;
  /** Per cent of the canary after it; null: nothing was shifted yet. */
  readonly weight: number | null;
  readonly message: string;
}

const TERMINAL: ReadonlySet<Phase['phase']> = new Set<Terminal['phase']>([
  'Promoted',
  'Settled',
  'RolledBack',
  'Inconclusive',
  'Undone',
]);

/** Whether no phase follows by itself. */
export const isTerminal = ({ phase }: Phase): boolean => TERMINAL.has(phase);

/** Whether a run is over. */
export const isOver = (rollout: Rollout): rollout is Rollout<Terminal> => isTerminal(rollout);

/** The weight that is on its way, or was: null where nothing was shifted, or nothing can be any more. */
export function shiftOf(rollout: Rollout): Shift | null {
  const active = rollout.phase === 'Paused' ? rollout.paused : rollout;
  return 'shift' in active ? active.shift : null;
}
