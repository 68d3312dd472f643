import type { MetricVerdict, Verdict } from '../../../charts-src/canary/analysis/verdict.ts';
import { percentOf } from '../../../charts-src/canary/basis-points.ts';
import { wantedWeight } from '../../../charts-src/canary/intent.ts';
import type { Arm, Target } from '../../../charts-src/canary/plan.ts';
import type { ProxyName } from '../../../charts-src/canary/ports/acknowledgement.ts';
import type { KubernetesObject, Reference } from '../../../charts-src/canary/ports/cluster.ts';
import {
  isOver,
  shiftOf,
  type HistoryEntry,
  type Holder,
  type Phase,
  type Progressing,
  type Reason,
  type Rollout,
  type Shift,
  type Unread,
} from '../../../charts-src/canary/rollout.ts';
import { canaryShare, movedRoutes, weigh } from '../../../charts-src/canary/routes.ts';
import { durationText } from './duration-text.ts';

/** How a run ended. */
export type Outcome = 'promoted' | 'settled' | 'rolled-back' | 'inconclusive' | 'undone';

/** Where a run stands: what every command of `weft canary` that is about one prints with `-o json`. */
export interface CanaryStatus {
  readonly schemaVersion: 1;
  readonly kind: 'CanaryStatus';
  /** Null: the VirtualService keeps no run. */
  readonly run: string | null;
  readonly target: {
    readonly namespace: string;
    readonly stable: Arm | null;
    readonly canary: Arm | null;
    readonly virtualServices: readonly string[];
    readonly destinationRule: string | null;
    /** Null: every route that sends to the stable arm. */
    readonly routes: readonly string[] | null;
  };
  readonly phase: Phase['phase'] | null;
  /** Null: it is not over. */
  readonly outcome: Outcome | null;
  /** Why it left its plan. `gone`: its VirtualService was deleted. */
  readonly reason: Reason | { readonly cause: 'gone'; readonly message: string } | null;
  /** Counted from 1; null: in none. */
  readonly step: number | null;
  readonly steps: readonly StepStatus[];
  /** Per cent of the canary. */
  readonly weight: {
    /** Null: nothing was shifted yet. */
    readonly wanted: number | null;
    /** As it lies in the routes; the largest, where they differ. Null: there is no route of the run. */
    readonly applied: number | null;
    /** What the proxies hold for sure; null: not known, a weight is on its way. */
    readonly acknowledged: number | null;
  };
  readonly acknowledgement: {
    readonly by: 'proxies' | 'time' | 'nobody' | null;
    /** How many proxies said so. */
    readonly proxies: number | null;
    /** From the write to the answer of the last proxy, or so far. */
    readonly delay: string | null;
    readonly how: string | null;
    readonly lagging: readonly ProxyName[];
  };
  /** In the step: since the proxies hold its weight. */
  readonly held: string | null;
  readonly verdict: Verdict['verdict'] | null;
  readonly why: string | null;
  readonly verdicts: readonly MetricVerdict[];
  /** So long metrics could not be read; null: the last time they could. */
  readonly blindFor: string | null;
  /** Metrics that gave no answer the last time they were asked, and how to mend that. */
  readonly unread: readonly UnreadMetric[];
  /** How often weights of somebody else were put right. */
  readonly restores: number;
  /** Who drives the run; null: nobody, or it is over. */
  readonly holder: Holder | null;
  readonly heartbeat: string | null;
  readonly startedAt: string | null;
  readonly finishedAt: string | null;
  readonly planHash: string | null;
  readonly events: readonly HistoryEntry[];
}

/** A question to the metrics that got no usable answer. */
export interface UnreadMetric {
  /** Its name in the plan; null: nothing could be read at all. */
  readonly metric: string | null;
  /** So many times in a row; null: for `blindFor`. */
  readonly times: number | null;
  readonly message: string;
  /** What was asked of whom, what came back, and what to look at; null: only the message says. */
  readonly asked: string | null;
  readonly answered: string | null;
  readonly fix: string | null;
}

export interface StepStatus {
  readonly weight: number;
  readonly mirror: number;
  readonly hold: string;
  readonly pause: boolean;
  readonly analysis: boolean;
  /** `over`: the run goes through no step any more, because it was taken back. */
  readonly state: 'done' | 'now' | 'next' | 'over';
}

/** The status of a run. `objects`: its VirtualServices as they lie, as far as they were read. */
export function statusDocument(rollout: Rollout, objects: readonly KubernetesObject[]): CanaryStatus {
  const { plan, verdict, blindMs } = rollout;
  const wanted = wantedWeight(rollout);
  const shift = shiftOf(rollout);
  const step = stepOf(rollout);
  const isKnown = shift === null || shift.acknowledged !== null;
  return {
    schemaVersion: 1,
    kind: 'CanaryStatus',
    run: rollout.run,
    target: targetDocument(plan.target),
    phase: rollout.phase,
    outcome: outcomeOf(rollout),
    reason: 'reason' in rollout ? rollout.reason : null,
    step: step === null ? null : step + 1,
    steps: plan.steps.map((one, index) => ({
      weight: percentOf(one.weight),
      mirror: percentOf(one.mirror),
      hold: durationText(one.holdMs),
      pause: one.pause,
      analysis: one.analysed && plan.analysis !== null,
      state: stateOfStep(rollout, index),
    })),
    weight: {
      wanted: wanted === null ? null : percentOf(wanted),
      applied: appliedWeight(rollout, objects),
      acknowledged: isKnown && wanted !== null ? percentOf(wanted) : null,
    },
    acknowledgement: acknowledgementDocument(shift),
    held: heldOf(rollout),
    verdict: verdict?.verdict ?? null,
    why: verdict?.why ?? null,
    verdicts: verdict?.metrics ?? [],
    blindFor: blindMs === null ? null : durationText(blindMs),
    unread: unreadMetrics(rollout),
    restores: rollout.restores,
    holder: isOver(rollout) ? null : rollout.holder,
    heartbeat: rollout.heartbeat.at,
    startedAt: rollout.startedAt,
    finishedAt: 'finishedAt' in rollout ? rollout.finishedAt : null,
    planHash: rollout.planHash,
    events: rollout.history,
  };
}

/** A VirtualService without a run. */
export const noRunDocument = ({ namespace, name }: Reference): CanaryStatus => ({
  schemaVersion: 1,
  kind: 'CanaryStatus',
  run: null,
  target: {
    namespace,
    stable: null,
    canary: null,
    virtualServices: [`${namespace}/${name}`],
    destinationRule: null,
    routes: null,
  },
  phase: null,
  outcome: null,
  reason: null,
  step: null,
  steps: [],
  weight: { wanted: null, applied: null, acknowledged: null },
  acknowledgement: acknowledgementDocument(null),
  held: null,
  verdict: null,
  why: null,
  verdicts: [],
  blindFor: null,
  unread: [],
  restores: 0,
  holder: null,
  heartbeat: null,
  startedAt: null,
  finishedAt: null,
  planHash: null,
  events: [],
});

/** How a run ended; null: it goes on. */
export function outcomeOf({ phase }: Pick<Rollout, 'phase'>): Outcome | null {
  switch (phase) {
    case 'Promoted':
      return 'promoted';
    case 'Settled':
      return 'settled';
    case 'RolledBack':
      return 'rolled-back';
    case 'Inconclusive':
      return 'inconclusive';
    case 'Undone':
      return 'undone';
    default:
      return null;
  }
}

const targetDocument = (target: Target): CanaryStatus['target'] => ({
  namespace: target.namespace,
  stable: target.stable,
  canary: target.canary,
  virtualServices: target.virtualServices.map(nameOf),
  destinationRule: target.destinationRule === null ? null : nameOf(target.destinationRule),
  routes: target.routes,
});

const nameOf = ({ namespace, name }: Reference): string => `${namespace}/${name}`;

/** The step that a run is in, or was paused in. */
function progressing(rollout: Rollout): Progressing | undefined {
  const active = rollout.phase === 'Paused' ? rollout.paused : rollout;
  return active.phase === 'Progressing' ? active : undefined;
}

const stepOf = (rollout: Rollout): number | null => progressing(rollout)?.step ?? null;

function stateOfStep(rollout: Rollout, index: number): StepStatus['state'] {
  const { phase } = rollout.phase === 'Paused' ? rollout.paused : rollout;
  switch (phase) {
    case 'Promoting':
    case 'Promoted':
    case 'Settled':
      return 'done';
    case 'RollingBack':
    case 'RolledBack':
    case 'Inconclusive':
    case 'Undone':
      return 'over';
    case 'Preparing':
      return 'next';
    case 'Progressing': {
      const step = stepOf(rollout) ?? 0; // a run that progresses is in one
      if (index > step) return 'next';
      return index === step ? 'now' : 'done';
    }
  }
}

function heldOf(rollout: Rollout): string | null {
  const step = progressing(rollout);
  return step === undefined ? null : durationText(step.heldMs);
}

function acknowledgementDocument(shift: Shift | null): CanaryStatus['acknowledgement'] {
  if (shift === null) return { by: null, proxies: null, delay: null, how: null, lagging: [] };
  const { acknowledged, unacknowledgedMs } = shift;
  const delay = durationText(unacknowledgedMs);
  switch (acknowledged?.by) {
    case 'proxies':
      return { by: 'proxies', proxies: acknowledged.proxies, delay, how: acknowledged.how, lagging: [] };
    case 'time':
      return { by: 'time', proxies: null, delay: durationText(acknowledged.ms), how: acknowledged.why, lagging: [] };
    case 'nobody':
      return { by: 'nobody', proxies: null, delay, how: null, lagging: acknowledged.lagging };
    case undefined:
      return { by: null, proxies: null, delay, how: null, lagging: [] };
  }
}

/** All of them, or those that fail where others answer. */
function unreadMetrics({ blindMs, unread, evidence }: Rollout): readonly UnreadMetric[] {
  if (blindMs !== null && unread) return [unreadMetric(null, null, unread)];
  // A run of an older weft kept only the words.
  return Object.entries(evidence?.metrics ?? {}).flatMap(([name, { failures, lastFailure, exchange }]) =>
    failures === 0 || lastFailure === null
      ? []
      : [unreadMetric(name, failures, { message: lastFailure, ...(exchange && { exchange }) })],
  );
}

const unreadMetric = (metric: string | null, times: number | null, { message, exchange }: Unread): UnreadMetric => ({
  metric,
  times,
  message,
  asked: exchange?.asked ?? null,
  answered: exchange?.answered ?? null,
  fix: exchange?.fix ?? null,
});

/** The largest share that the canary has in a route now, in per cent. */
function appliedWeight({ plan, before }: Rollout, objects: readonly KubernetesObject[]): number | null {
  const shares = objects
    .flatMap((object, position) => movedRoutes(object, plan.target, before[position]))
    .flatMap((route) => canaryShare(weigh(route)) ?? []);
  return shares.length === 0 ? null : Math.round(Math.max(...shares) * 10_000) / 100;
}
