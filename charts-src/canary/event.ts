import type { Evidence } from './analysis/evidence.ts';
import type { Verdict } from './analysis/verdict.ts';
import type { BasisPoints } from './basis-points.ts';
import type { Acknowledged, Holder, Reason, RouteBefore, Unread } from './rollout.ts';

/** Something that happened to a run. `evolve` says what becomes of the run by it. */
export type Event = Noted | Committed | Command;

/** What the engine learned. It stays in its memory, and is written with the next {@link Committed} event. */
export type Noted =
  /** Time, by the clock that never jumps. */
  | { readonly type: 'time-passed'; readonly ms: number }
  | { readonly type: 'acknowledged'; readonly acknowledged: Acknowledged }
  /** Metrics were read, and this is what they say now. */
  | { readonly type: 'judged'; readonly evidence: Evidence; readonly verdict: Verdict }
  | { readonly type: 'metrics-failed'; readonly failure: Unread };

/** What the engine did, written by the same compare-and-swap as the weights that follow from it. `at`: time of day. */
export type Committed =
  | { readonly type: 'heartbeat'; readonly at: string }
  /** A hook need not be asked again. */
  | { readonly type: 'hook-done'; readonly at: string; readonly key: string; readonly said: string }
  /** A weight of the plan, or one that somebody wished for. */
  | {
      readonly type: 'stepped';
      readonly at: string;
      readonly step: number;
      readonly weight: BasisPoints;
      /** With the first one: what the routes are like. */
      readonly before?: readonly (readonly RouteBefore[])[];
    }
  | { readonly type: 'promoted'; readonly at: string }
  | { readonly type: 'rolled-back'; readonly at: string; readonly reason: Reason }
  /** No proxy showed the marker: the same weights with a new one. */
  | { readonly type: 'rewritten'; readonly at: string }
  /** Somebody else changed our weights or our state, and they were put right. */
  | { readonly type: 'restored'; readonly at: string; readonly found: string; readonly counts: boolean }
  | {
      readonly type: 'paused';
      readonly at: string;
      readonly reason: Reason;
      /** What the canary keeps, if less than it had. */
      readonly weight?: BasisPoints;
      /** The hook that asked for it: it is not asked again. */
      readonly hook?: string;
    }
  /** A freeze is over. */
  | { readonly type: 'thawed'; readonly at: string }
  /** The workload is about to be scaled. */
  | { readonly type: 'scaled'; readonly at: string; readonly before: number; readonly wanted: number }
  | { readonly type: 'stopped'; readonly at: string; readonly reason: Reason }
  | { readonly type: 'finished'; readonly at: string }
  | { readonly type: 'taken-over'; readonly at: string; readonly holder: Holder; readonly why: string }
  /** The engine leaves; the run waits for the next one. */
  | { readonly type: 'left'; readonly at: string };

/** What somebody asks for: applied to the state on the object, with or without an engine. */
export type Command =
  | { readonly type: 'pause'; readonly at: string }
  | { readonly type: 'resume'; readonly at: string }
  /** The next step now, whatever is still waited for. Endpoints are no matter of will. */
  | { readonly type: 'step'; readonly at: string }
  /** All requests now, as above. */
  | { readonly type: 'promote'; readonly at: string }
  | { readonly type: 'abort'; readonly at: string }
  | { readonly type: 'set'; readonly at: string; readonly weight: BasisPoints }
  /** Of a run that is over: routes become what they were before it. */
  | { readonly type: 'undo'; readonly at: string };
