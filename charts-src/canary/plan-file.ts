import type { Duration } from '../model/duration.ts';
import type { AnalysisFile } from './analysis/analysis-file.ts';

/**
 * A plan as people write it: in YAML, JSON or TypeScript. Weights are per cent with at most two decimals.
 * What is left out has a default, so the smallest plan is a target and its steps.
 * @example
 * const plan = {
 *   target: { namespace: 'shop', host: 'order-service', stable: 'v1', canary: 'v2' },
 *   steps: [5, 25, 50],
 * } satisfies PlanFile;
 */
export interface PlanFile {
  readonly target: {
    readonly namespace: string;
    /** Name of the Service, or its full name. Not with arms that are hosts of their own. */
    readonly host?: string;
    /** Subset of the host, or a host of its own. */
    readonly stable: string | { readonly host: string };
    readonly canary: string | { readonly host: string };
    /** Names, or `namespace/name`. The first one holds the state of the run.
     * @default - one, named as the host's Service */
    readonly virtualServices?: readonly string[];
    /** @default - named as the host's Service */
    readonly destinationRule?: string;
    /** Names of the routes to move.
     * @default - every route that sends to the stable arm */
    readonly routes?: readonly string[];
  };
  /** Weights one by one, from `step` to `max` in steps of `step`, or all at once after a look without traffic of users. */
  readonly steps:
    | readonly (number | StepFile)[]
    | { readonly step: number; readonly max: number }
    | { readonly blueGreen: { readonly preview?: Duration; readonly mirror?: number } };
  /** How long each step is held after the proxies have its weight. @default '60s' */
  readonly hold?: Duration;
  /** What follows the last step. `manual`: all requests as soon as somebody says `promote`. @default 'automatic' */
  readonly promotion?: 'automatic' | 'manual' | 'none';
  /** Requests that go to the canary from the first step on. */
  readonly match?: readonly RequestMatchFile[];
  readonly hooks?: readonly HookFile[];
  /** @default - Istio's own metrics; `false`: time alone leads on */
  readonly analysis?: false | AnalysisFile;
  readonly policies?: PoliciesFile;
  readonly capacity?: {
    /** Ready endpoints: `proportional` to the share, or a number. @default 'proportional' */
    readonly ready?: 'proportional' | number;
    /** Workload whose replicas the run writes. @default - none */
    readonly scale?: { readonly kind?: 'Deployment' | 'StatefulSet'; readonly name: string; readonly max?: number };
  };
  readonly acknowledgement?: {
    /** @default '2s' */
    readonly rewriteAfter?: Duration;
    /** @default '15s' */
    readonly timedFallback?: Duration;
  };
  /** The longest request. @default '30s' */
  readonly drain?: Duration;
  /** @default '1h' */
  readonly undoWindow?: Duration;
}

/** A step with more than a weight. */
export interface StepFile {
  readonly weight: number;
  /** Per cent of the requests of which the canary gets a copy. */
  readonly mirror?: number;
  readonly hold?: Duration;
  /** Wait for `weft canary resume`. */
  readonly pause?: boolean;
  readonly analysis?: boolean;
}

/** Conditions that must all hold; a text is matched exactly. */
export interface RequestMatchFile {
  readonly headers?: Readonly<Record<string, string | TextMatchFile>>;
  readonly cookies?: Readonly<Record<string, string | TextMatchFile>>;
  readonly sourceLabels?: Readonly<Record<string, string>>;
}

/** One of the three. */
export interface TextMatchFile {
  readonly exact?: string;
  readonly prefix?: string;
  readonly regex?: string;
}

/** A question to somebody outside: a web call or a command. */
export interface HookFile {
  readonly name: string;
  readonly when:
    'before-run' | 'before-step' | 'in-step' | 'after-step' | 'before-promotion' | 'after-promotion' | 'after-rollback';
  readonly web?: { readonly url: string; readonly headers?: Readonly<Record<string, string>> };
  readonly command?: readonly string[];
  /** @default '10s' */
  readonly timeout?: Duration;
  /** `wait` makes a gate of it: asked again until it opens. @default 'rollback' */
  readonly onNo?: 'wait' | 'pause' | 'rollback' | 'ignore';
  /** @default '10s' */
  readonly retry?: Duration;
  /** @default '10m' */
  readonly deadline?: Duration;
}

/** What a run does when it cannot go on as planned. */
export interface PoliciesFile {
  /** The canary is worse. @default 'rollback' */
  readonly bad?: 'rollback' | 'pause';
  /** Both arms are bad. @default 'freeze' */
  readonly bothBad?: 'freeze' | RemedyFile;
  /** @default - hold: waits for evidence */
  readonly undecided?: { readonly after: Duration; readonly then: 'hold' | 'proceed' | RemedyFile };
  /** No requests. @default - hold: waits for them */
  readonly noEvidence?: { readonly after: Duration; readonly then: 'hold' | 'proceed' | RemedyFile };
  /** Metrics cannot be read. @default - waits until they can */
  readonly blind?: LimitFile;
  /** Somebody else changes our weights. @default - pause */
  readonly drift?: { readonly then: 'restore' | 'pause'; readonly restores?: number };
  /** @default - after 10m: pause */
  readonly capacity?: LimitFile;
  /** @default - after 60s: pause */
  readonly acknowledgement?: LimitFile;
  /** A hook without an answer until its deadline. @default 'pause' */
  readonly hook?: RemedyFile;
  /** The whole run. @default - none */
  readonly deadline?: LimitFile;
}

/** Weights stay and somebody is waited for; weights go back; weights stay and the run ends. */
export type RemedyFile = 'pause' | 'rollback' | 'stop';

/** After so long, this. */
export interface LimitFile {
  readonly after: Duration;
  readonly then: RemedyFile;
}
