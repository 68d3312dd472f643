import type { BasisPoints } from './basis-points.ts';
import type { Plan } from './plan.ts';
import type { Evidence, Verdict } from './verdict.ts';

/** Where a run stands. It is kept in annotations of the first VirtualService, beside the weights that it explains. */
export type Rollout = RunFacts & Phase;

/** What is true of a run in every phase. */
export interface RunFacts {
  /** Name of the run; never used twice. */
  readonly run: string;
  readonly plan: Plan;
  /** Fingerprint of the plan. */
  readonly planHash: string;
  /** Who drives. Null: nobody, until the next engine. */
  readonly holder: Holder | null;
  readonly heartbeat: Heartbeat;
  /** One more with every change of the state that was written. */
  readonly revision: number;
  /** Time of day, for people. */
  readonly startedAt: string;
  /** Ready endpoints of the stable arm when the run began. */
  readonly stableReady: number;
  /** Replicas of the canary's workload before the run scaled it; null: it did not. */
  readonly replicasBefore: number | null;
  /** Keys of hooks that were answered: `<step>/<name>`. */
  readonly hooksDone: readonly string[];
  /** How often weights of somebody else were put right. */
  readonly restores: number;
  /** How long the run has been active, without pauses and without the time in which no engine ran. */
  readonly activeMs: number;
  /** So long metrics could not be read; null: the last time they could. */
  readonly blindMs: number | null;
  readonly evidence: Evidence | null;
  readonly verdict: Verdict | null;
  /** What happened, newest last; the oldest are dropped. */
  readonly history: readonly HistoryEntry[];
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
  /** Since the weight was written first, whatever the marker. */
  readonly unacknowledgedMs: number;
  readonly acknowledged: Acknowledged | null;
}

/** How it is known that the proxies hold the weight. */
export type Acknowledged =
  | { readonly by: 'proxies'; readonly proxies: number; readonly how: string }
  /** Nobody could be asked; so much time passed. */
  | { readonly by: 'time'; readonly ms: number; readonly why: string };

/** What a run is doing. */
export type Phase = Active | Paused | Terminal;

/** A phase in which the run moves on by itself. */
export type Active =
  /** Nothing is shifted yet: hooks, endpoints. */
  | { readonly phase: 'Preparing'; readonly waitingMs: number }
  /** In a step, counted from 0. */
  | {
      readonly phase: 'Progressing';
      readonly step: number;
      /** What the canary gets: the weight of the step, unless somebody `set` another one. */
      readonly weight: BasisPoints;
      readonly shift: Shift;
      /** Since the proxies hold the weight: the hold time first, then what is waited for. */
      readonly heldMs: number;
      /** Whether somebody said that it may go on (`resume` of a pause that the step asks for, `step`). */
      readonly released: boolean;
    }
  /** All requests go to the canary, or are about to. */
  | { readonly phase: 'Promoting'; readonly shift: Shift; readonly heldMs: number }
  | {
      readonly phase: 'RollingBack';
      readonly reason: Reason;
      readonly shift: Shift;
      /** Since no proxy sends to the canary any more. */
      readonly drainedMs: number;
    };

/** A run that waits for somebody. The canary keeps what it had, or less if somebody else took it away. */
export interface Paused {
  readonly phase: 'Paused';
  readonly reason: Reason;
  /** What it goes on with. */
  readonly paused: Active;
  /** What the canary keeps. */
  readonly weight: BasisPoints;
}

/** A run that is over. */
export type Terminal =
  | { readonly phase: 'Promoted'; readonly finishedAt: string }
  /** The weight of the last step stays: the plan has no promotion. */
  | { readonly phase: 'Settled'; readonly weight: BasisPoints; readonly finishedAt: string }
  | { readonly phase: 'RolledBack'; readonly reason: Reason; readonly finishedAt: string }
  /** Ended without a verdict; the canary keeps its weight. */
  | {
      readonly phase: 'Inconclusive';
      readonly reason: Reason;
      readonly weight: BasisPoints;
      readonly finishedAt: string;
    };

/** Why a run left its plan. */
export interface Reason {
  readonly cause:
    | 'user'
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
    | 'superseded'
    | 'target';
  /** In words that stand alone. */
  readonly message: string;
}

/** One thing that happened. */
export interface HistoryEntry {
  readonly at: string;
  readonly event: string;
  /** Per cent of the canary after it. */
  readonly weight: number;
  readonly message: string;
}
