import type { BasisPoints } from './basis-points.ts';
import type { HookAnswer } from './ports/hooks.ts';
import type { Acknowledged, Holder, Reason, Rollout } from './rollout.ts';
import type { Sample } from './verdict.ts';

/** Something that happened to a run. `evolve` says what becomes of the run by it. */
export type Event = Noted | Committed | Command;

/** What the engine learned. It stays in its memory, and is written with the next {@link Committed} event. */
export type Noted =
  /** Time, by the clock that never jumps. */
  | { readonly type: 'time-passed'; readonly ms: number }
  | { readonly type: 'acknowledged'; readonly acknowledged: Acknowledged }
  | { readonly type: 'sampled'; readonly sample: Sample }
  | { readonly type: 'metrics-failed' };

/** What the engine did, written by the same compare-and-swap as the weights that follow from it. `at`: time of day. */
export type Committed =
  | { readonly type: 'heartbeat'; readonly at: string }
  | { readonly type: 'hook-answered'; readonly at: string; readonly key: string; readonly answer: HookAnswer }
  /** The weight of a step. */
  | { readonly type: 'stepped'; readonly at: string; readonly step: number }
  | { readonly type: 'promoted'; readonly at: string }
  | { readonly type: 'rolled-back'; readonly at: string; readonly reason: Reason }
  /** No proxy showed the marker: the same weights with a new one. */
  | { readonly type: 'rewritten'; readonly at: string }
  /** Somebody else changed our weights or our state, and they were put right. */
  | { readonly type: 'restored'; readonly at: string; readonly found: string }
  | { readonly type: 'paused'; readonly at: string; readonly reason: Reason; readonly weight: BasisPoints }
  /** A freeze is over. */
  | { readonly type: 'thawed'; readonly at: string }
  | { readonly type: 'scaled'; readonly at: string; readonly replicasBefore: number; readonly replicas: number }
  | { readonly type: 'stopped'; readonly at: string; readonly reason: Reason }
  | { readonly type: 'finished'; readonly at: string }
  | { readonly type: 'taken-over'; readonly at: string; readonly holder: Holder; readonly why: string }
  /** The engine leaves; the run waits for the next one. */
  | { readonly type: 'left'; readonly at: string };

/** What somebody asks for: applied to the state on the object, with or without an engine. */
export type Command =
  | { readonly type: 'pause'; readonly at: string }
  | { readonly type: 'resume'; readonly at: string }
  /** Goes to the next step now, whatever is still waited for; endpoints are not a matter of will. */
  | { readonly type: 'step'; readonly at: string }
  | { readonly type: 'promote'; readonly at: string }
  | { readonly type: 'abort'; readonly at: string; readonly reason?: string }
  | { readonly type: 'set'; readonly at: string; readonly weight: BasisPoints };

/** What becomes of a run by an event. The plan is part of the run, so that every command works without its file. */
export type Evolve = (rollout: Rollout, event: Event) => Rollout;
