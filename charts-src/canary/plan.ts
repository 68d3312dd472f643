import type { BasisPoints } from './basis-points.ts';
import type { Reference, Workload } from './ports/cluster.ts';
import type { Analysis } from './analysis/analysis.ts';

/** What a canary run does, in full: defaults are filled in, durations are milliseconds, weights are basis points. */
export interface Plan {
  readonly target: Target;
  /** One at least. Weights never fall from one to the next. */
  readonly steps: readonly Step[];
  /** What follows the last step: all requests, the same after somebody said `promote`, or nothing: its weight stays. */
  readonly promotion: 'automatic' | 'manual' | 'none';
  /** Requests that go to the canary from the first step on, whatever the weight. */
  readonly match: readonly RequestMatch[];
  readonly hooks: readonly Hook[];
  /** Null: nobody looks, and time alone leads on. */
  readonly analysis: Analysis | null;
  readonly policies: Policies;
  readonly capacity: CapacityRule;
  readonly acknowledgement: AcknowledgementRule;
  /** Longest request: so long after the last one was sent, an arm may go. */
  readonly drainMs: number;
  /** So long after its end a run can be undone. */
  readonly undoWindowMs: number;
}

/** One of two destinations between which requests are divided. */
export interface Arm {
  /** Full name of the host. The same for both arms, unless the arms are Services of their own. */
  readonly host: string;
  /** Null: the whole host. */
  readonly subset: string | null;
}

/** What is moved. */
export interface Target {
  readonly namespace: string;
  readonly stable: Arm;
  readonly canary: Arm;
  /** The first one holds the state of the run, the others follow it. */
  readonly virtualServices: readonly [Reference, ...Reference[]];
  /** Null: the arms are hosts without subsets. */
  readonly destinationRule: Reference | null;
  /** Names of the routes whose weights move. Null: every route that sends to the stable arm. */
  readonly routes: readonly string[] | null;
}

/** A weight and what has to be true before the next one. */
export interface Step {
  readonly weight: BasisPoints;
  /** Share of the requests of which the canary gets a copy, whose answers nobody sees. */
  readonly mirror: BasisPoints;
  /** Counted from the moment at which the proxies hold the weight. */
  readonly holdMs: number;
  /** Whether somebody has to say `resume` before the next step. */
  readonly pause: boolean;
  /** Whether the verdict has to be good before the next step. False: a bad one still ends the run. */
  readonly analysed: boolean;
}

/** A request that matches all that is given here. */
export interface RequestMatch {
  readonly headers: Readonly<Record<string, TextMatch>>;
  /** Cookies by name. */
  readonly cookies: Readonly<Record<string, TextMatch>>;
  readonly sourceLabels: Readonly<Record<string, string>>;
}

/** Source: Istio StringMatch */
export type TextMatch = { readonly exact: string } | { readonly prefix: string } | { readonly regex: string };

/** When a hook is called. Those of a step are called once in each step. */
export type HookMoment =
  /** Before the first weight. */
  | 'before-run'
  /** Before the weight of a step is written. */
  | 'before-step'
  /** When the proxies hold the weight of a step: a load test. */
  | 'in-step'
  /** When the hold time is over: the last word before the next step. */
  | 'after-step'
  /** Before all requests go to the canary. */
  | 'before-promotion'
  | 'after-promotion'
  | 'after-rollback';

/** A question to somebody outside. */
export interface Hook {
  /** Unique in the plan. */
  readonly name: string;
  readonly when: HookMoment;
  readonly call: HookCall;
  /** What a "no" does: `wait` asks again (a gate), the others are asked once. */
  readonly onNo: 'wait' | 'pause' | 'rollback' | 'ignore';
  /** How often a gate is asked, and a hook that nobody answers. */
  readonly retryMs: number;
  /** So long nobody answers, or the gate stays shut: then `policies.hook` decides. */
  readonly deadlineMs: number;
}

/** How a hook is called. */
export type HookCall =
  | {
      readonly type: 'web';
      readonly url: string;
      readonly headers: Readonly<Record<string, string>>;
      readonly timeoutMs: number;
    }
  | { readonly type: 'command'; readonly command: readonly string[]; readonly timeoutMs: number };

/** What a run does when it cannot go on as planned. */
export type Remedy =
  /** Weights stay, the run waits for somebody. */
  | 'pause'
  /** Weights go back. */
  | 'rollback'
  /** Weights stay, the run ends without a verdict. */
  | 'stop';

/** After so long, this. */
export interface Limit {
  readonly afterMs: number;
  readonly then: Remedy;
}

export interface Policies {
  /** The canary is worse. */
  readonly bad: 'rollback' | 'pause';
  /** Both arms are bad: `freeze` keeps the weights until it is over. */
  readonly bothBad: 'freeze' | Remedy;
  /** Requests do not say enough, or there are none, so long after the hold time. `proceed` is the user's own risk. */
  readonly undecided: { readonly afterMs: number; readonly then: 'hold' | 'proceed' | Remedy };
  readonly noEvidence: { readonly afterMs: number; readonly then: 'hold' | 'proceed' | Remedy };
  /** Metrics cannot be read. Null: the run waits, for ever. */
  readonly blind: Limit | null;
  /** Somebody else changed our weights. A share above the planned one is taken back by either. */
  readonly drift: { readonly then: 'restore' | 'pause'; readonly restores: number };
  /** Endpoints for the next weight are not ready. */
  readonly capacity: Limit;
  /** Proxies do not hold the weight. */
  readonly acknowledgement: Limit;
  /** A hook stays without an answer, or a gate shut. */
  readonly hook: Remedy;
  /** The whole run, without the time it was paused. Null: it may take as long as it takes. */
  readonly deadline: Limit | null;
}

/** How many endpoints an arm must have ready before it gets a share. */
export interface CapacityRule {
  /** `proportional`: its share of those that the stable arm had at the beginning, rounded up, one at least. */
  readonly ready: 'proportional' | number;
  /** Whose replicas the run writes. Null: none; somebody else sees to it. */
  readonly scale: { readonly workload: Workload; readonly max: number | null } | null;
}

/** How to know that proxies hold what was written. */
export interface AcknowledgementRule {
  /** Without a sign of the marker so long, it is written again with a new one. */
  readonly rewriteAfterMs: number;
  /** Where nobody can be asked, so much time stands for an answer. */
  readonly timedFallbackMs: number;
}
