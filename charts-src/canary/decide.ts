import type { Action } from './action.ts';
import { ALL, NONE, percentOf, type BasisPoints } from './basis-points.ts';
import { required, shortage } from './capacity.ts';
import { isInStep } from './desired.ts';
import { driftOf } from './drift.ts';
import type { Committed } from './event.ts';
import { evolve } from './evolve.ts';
import { hookTurn } from './hook-turn.ts';
import { wantedWeight } from './intent.ts';
import type { Capacity, Observation } from './observation.ts';
import type { HookMoment, Remedy, Step } from './plan.ts';
import type { Acknowledgement, ProxyName } from './ports/acknowledgement.ts';
import type { KubernetesObject } from './ports/cluster.ts';
import type { Result } from './ports/failure.ts';
import { isOver, shiftOf, type Progressing, type Reason, type RollingBack, type Rollout } from './rollout.ts';
import { exceeds, movedRoutes, routesBefore, weigh } from './routes.ts';

/** A run says at least so often that somebody drives it. */
export const HEARTBEAT_MS = 60_000;
/** So much later may it come, if something else is written then. */
const HEARTBEAT_GRACE_MS = 5_000;
/** How often proxies are asked while a weight is on its way, and how often when that takes longer than usual. */
const ACKNOWLEDGEMENT_POLL_MS = 100;
const SLOW_POLL_MS = 1_000;
const USUAL_MS = 2_000;
/** How often endpoints are looked at while there are too few. */
const CAPACITY_POLL_MS = 2_000;
/** After so long an answer about endpoints is no answer any more. A slow API server needs some of it to answer. */
const CAPACITY_FRESH_MS = 10_000;
/** So long a deleted VirtualService may take to come back: a tool that replaces objects deletes them first. */
const GONE_LIMIT_MS = 60_000;

/**
 * What to do next: the whole judgement of a canary, without clock or world. It is the first thing that is due, in this
 * order: weights that are not as they should be, evidence of harm, proxies that have to catch up, then the plan.
 */
export function decide(rollout: Rollout, observation: Observation): Action {
  if (observation.goneMs !== null) return gone(observation.goneMs);
  if (isOver(rollout)) return alignment(observation, rollout) ?? { type: 'end' };
  return (
    putRight(rollout, observation) ??
    following(rollout, observation) ??
    overdue(rollout, observation) ??
    judgement(rollout, observation) ??
    settlement(rollout, observation) ??
    onward(rollout, observation)
  );
}

const gone = (goneMs: number): Action =>
  goneMs < GONE_LIMIT_MS
    ? { type: 'wait', forMs: SLOW_POLL_MS, why: 'a VirtualService of the run is gone: perhaps it is being replaced' }
    : { type: 'abandon', why: 'a VirtualService of the run was deleted, and did not come back' };

/** Somebody else changed our weights or our state: by policy. What is more than planned is taken back in any case. */
function putRight(rollout: Rollout, { at, virtualServices, isStateIntact }: Observation): Action | undefined {
  const [first] = virtualServices;
  if (first === undefined) return undefined;
  const drift = driftOf(first, rollout);
  if (drift === undefined && isStateIntact) return undefined;
  const found = isStateIntact && drift !== undefined ? drift.found : 'the annotations of the run were gone, or edited';
  const isForeign = !isStateIntact || drift?.isMore === true || drift?.isLess === true;
  const { then, restores } = rollout.plan.policies.drift;
  const isRollback = rollout.phase === 'RollingBack';
  if (isRollback || !isForeign || (then === 'restore' && rollout.restores < restores))
    return commit({ type: 'restored', at, found, counts: isForeign && !isRollback });
  const tried = rollout.restores > 0 ? ` (it was put right ${rollout.restores} times)` : '';
  return commit({
    type: 'paused',
    at,
    reason: { cause: 'drift', message: `somebody else changed VirtualService ${nameOf(first)}: ${found}${tried}` },
    ...(drift?.isLess === true && { weight: drift.least }),
  });
}

const nameOf = ({ metadata }: KubernetesObject): string => `${metadata.namespace}/${metadata.name}`;

/** Further VirtualServices follow the first one. Just before its end some of them may be where it leads already. */
function following(rollout: Rollout, observation: Observation): Action | undefined {
  const isSettled = shiftOf(rollout)?.acknowledged != null;
  const end = isSettled ? evolve(rollout, { type: 'finished', at: observation.at }) : rollout;
  return alignment(observation, rollout, end);
}

/** The first of the further VirtualServices that is as none of these states of the run asks for. */
function alignment({ virtualServices }: Observation, to: Rollout, orTo = to): Action | undefined {
  const behind = virtualServices.findIndex(
    (live, position) =>
      position > 0 && !isInStep(live, to, position) && (orTo === to || !isInStep(live, orTo, position)),
  );
  return behind < 0 ? undefined : { type: 'align', virtualService: behind, to };
}

/** The time of the whole run, and that without metrics. */
function overdue(rollout: Rollout, observation: Observation): Action | undefined {
  const { deadline, blind } = rollout.plan.policies;
  const mayTurn = rollout.phase === 'Preparing' || rollout.phase === 'Progressing';
  if (deadline !== null && mayTurn && rollout.activeMs >= deadline.afterMs)
    return remedied(rollout, observation, deadline.then, {
      cause: 'deadline',
      message: `the run took longer than ${secondsText(deadline.afterMs)}`,
    });
  const isPausedForIt = rollout.phase === 'Paused' && blind?.then === 'pause';
  if (blind !== null && isExposed(rollout) && !isPausedForIt && (rollout.blindMs ?? 0) >= blind.afterMs)
    return remedied(rollout, observation, blind.then, {
      cause: 'blind',
      message: `metrics could not be read for ${secondsText(blind.afterMs)}${causeText(observation)}`,
    });
  return undefined;
}

/** Why metrics cannot be read, behind a colon. */
const causeText = ({ metrics: { failure } }: Observation): string => (failure === null ? '' : `: ${failure}`);

/** How long until {@link overdue} has something to say. */
function untilOverdueMs({ phase, plan: { policies }, activeMs, blindMs }: Rollout): number {
  const { deadline, blind } = policies;
  const mayTurn = phase === 'Preparing' || phase === 'Progressing';
  const leftMs = [
    deadline !== null && mayTurn ? deadline.afterMs - activeMs : Infinity,
    blind !== null && blindMs !== null ? blind.afterMs - blindMs : Infinity,
  ];
  // What is past has been said, or is not to be said now.
  return Math.min(...leftMs.filter((ms) => ms > 0), Infinity);
}

/** Whether users meet the canary, so that it has to be watched, also in a pause. */
function isExposed(rollout: Rollout): boolean {
  const active = rollout.phase === 'Paused' ? rollout.paused : rollout;
  return active.phase === 'Progressing' && (active.step > 0 || active.shift.acknowledged !== null);
}

/** What the metrics say against going on, and whether it is time to ask them. */
function judgement(rollout: Rollout, observation: Observation): Action | undefined {
  const { plan, verdict } = rollout;
  if (plan.analysis === null || !isExposed(rollout)) return undefined;
  if (untilSampleMs(rollout, observation) === 0) return { type: 'look', at: 'metrics' };
  const { bad, bothBad } = plan.policies;
  const isTaken = rollout.phase !== 'Progressing' || rollout.wish !== null;
  switch (verdict?.verdict) {
    case 'bad':
      if (bad === 'rollback') return rolledBack(rollout, observation, { cause: 'bad', message: verdict.why });
      return isTaken ? undefined : remedied(rollout, observation, bad, { cause: 'bad', message: verdict.why });
    case 'both-bad': {
      const reason: Reason = { cause: 'both-bad', message: verdict.why };
      return isTaken ? undefined : remedied(rollout, observation, bothBad === 'freeze' ? 'pause' : bothBad, reason);
    }
    default:
      return rollout.phase === 'Paused' && rollout.reason.cause === 'both-bad' && bothBad === 'freeze'
        ? commit({ type: 'thawed', at: observation.at })
        : undefined;
  }
}

/** How long until metrics are due; undefined: nobody asks them. */
function untilSampleMs(rollout: Rollout, { metrics: { askedMsAgo } }: Observation): number | undefined {
  const { analysis } = rollout.plan;
  if (analysis === null || !isExposed(rollout)) return undefined;
  return askedMsAgo === null ? 0 : Math.max(0, analysis.intervalMs - askedMsAgo);
}

/** Waits until the proxies hold what was written last. */
function settlement(rollout: Rollout, observation: Observation): Action | undefined {
  const shift = shiftOf(rollout);
  if (shift === null || shift.acknowledged !== null) return undefined;
  const { acknowledgement: rule, policies } = rollout.plan;
  const { unacknowledgedMs, pendingMs } = shift;
  const asked = observation.asked.acknowledgement;
  const pollMs = unacknowledgedMs < USUAL_MS ? ACKNOWLEDGEMENT_POLL_MS : SLOW_POLL_MS;
  if (asked === null) return { type: 'look', at: 'acknowledgement' };
  if (asked.result === null) return idle(rollout, observation, SLOW_POLL_MS, 'asks the proxies');
  const seen = asked.result.ok ? asked.result.value : undefined;
  if (seen?.state === 'acknowledged') return acknowledged({ by: 'proxies', proxies: seen.proxies, how: seen.how });
  if (seen?.state === 'unobservable') {
    const leftMs = rule.timedFallbackMs - unacknowledgedMs;
    return leftMs <= 0
      ? acknowledged({ by: 'time', ms: unacknowledgedMs, why: seen.why })
      : idle(rollout, observation, leftMs, `gives the proxies ${secondsText(rule.timedFallbackMs)}: ${seen.why}`);
  }
  const { afterMs, then } = policies.acknowledgement;
  if (unacknowledgedMs >= afterMs) {
    const message = `after ${secondsText(afterMs)} ${laggardsText(asked.result)}`;
    if (rollout.phase === 'RollingBack')
      return acknowledged({ by: 'nobody', ms: unacknowledgedMs, lagging: laggards(asked.result) });
    if (rollout.phase !== 'Paused') return remedied(rollout, observation, then, { cause: 'acknowledgement', message });
  }
  if (seen?.state === 'pending' && !seen.markerSeen && pendingMs >= rule.rewriteAfterMs)
    return commit({ type: 'rewritten', at: observation.at });
  if (asked.msAgo >= pollMs) return { type: 'look', at: 'acknowledgement' };
  return idle(rollout, observation, pollMs - asked.msAgo, laggardsText(asked.result));
}

const acknowledged = (how: NonNullable<Progressing['shift']['acknowledged']>): Action => ({
  type: 'note',
  event: { type: 'acknowledged', acknowledged: how },
});

const laggards = (result: Result<Acknowledgement>): readonly ProxyName[] =>
  result.ok && result.value.state === 'pending' ? result.value.lagging : [];

function laggardsText(result: Result<Acknowledgement>): string {
  if (!result.ok) return `nobody can say which proxies hold the weights: ${result.failure.message}`;
  const names = laggards(result).map(({ namespace, pod }) => `${namespace}/${pod}`);
  return `proxies do not hold the weights yet: ${names.length > 0 ? names.join(', ') : 'which ones is not known'}`;
}

/** What the plan says comes next. */
function onward(rollout: Rollout, observation: Observation): Action {
  switch (rollout.phase) {
    case 'Preparing':
      return inTurn(rollout, observation, ['before-run', 'before-step'], 0) ?? toFirstStep(rollout, observation);
    case 'Progressing':
      return inStep(rollout, observation);
    case 'Promoting':
      return inTurn(rollout, observation, ['after-promotion'], 0) ?? finish(rollout, observation);
    case 'RollingBack':
      return afterRollback(rollout, observation);
    case 'Paused':
      return idle(rollout, observation, HEARTBEAT_MS, `paused: ${rollout.reason.message}`);
    default:
      return { type: 'end' };
  }
}

function toFirstStep(rollout: Rollout, observation: Observation): Action {
  const { plan } = rollout;
  const weight = plan.steps[0]?.weight ?? NONE;
  const routes = observation.virtualServices.flatMap((live) => movedRoutes(live, plan.target)).map(weigh);
  // Only a plan that does nothing but set a weight may take some away.
  if (plan.promotion !== 'none' && routes.some((weighed) => exceeds(weighed, weight)))
    return remedied(rollout, observation, 'pause', {
      cause: 'drift',
      message: `the canary has more already than the ${percentOf(weight)} % of the first step`,
    });
  const before = observation.virtualServices.map((live) => routesBefore(live, plan.target));
  return toWeight(rollout, observation, weight, { type: 'stepped', at: observation.at, step: 0, weight, before });
}

function inStep(rollout: Rollout<Progressing>, observation: Observation): Action {
  const { plan, step, weight, wish, heldMs } = rollout;
  const planned = plan.steps[step];
  if (planned === undefined) return promotion(rollout, observation);
  switch (wish?.to) {
    case 'set': {
      const reached = Math.max(
        0,
        plan.steps.findLastIndex((one) => one.weight <= wish.weight),
      );
      return toStep(rollout, observation, reached, wish.weight);
    }
    case 'promote':
      return toAll(rollout, observation);
    case 'step':
      return next(rollout, observation);
  }
  // Somebody took some away, and somebody said that the run goes on.
  if (weight < planned.weight) return toStep(rollout, observation, step, planned.weight);
  return (
    inTurn(rollout, observation, ['in-step'], step) ??
    (heldMs < planned.holdMs
      ? idle(rollout, observation, planned.holdMs - heldMs, `holds ${percentOf(weight)} %`)
      : undefined) ??
    inTurn(rollout, observation, ['after-step'], step) ??
    lackOfEvidence(rollout, observation, planned) ??
    (planned.pause && wish === null
      ? remedied(rollout, observation, 'pause', {
          cause: 'step',
          message: `the plan asks for a pause at ${percentOf(weight)} %`,
        })
      : undefined) ??
    (step + 1 < plan.steps.length
      ? (inTurn(rollout, observation, ['before-step'], step + 1) ?? next(rollout, observation))
      : promotion(rollout, observation))
  );
}

/** Only positive evidence leads on; undefined: there is some, or none is asked for. */
function lackOfEvidence(rollout: Rollout<Progressing>, observation: Observation, step: Step): Action | undefined {
  const { plan, verdict, blindMs, heldMs, wish } = rollout;
  if (plan.analysis === null || !step.analysed || wish?.to === 'go-on') return undefined;
  const { answeredMsAgo } = observation.metrics;
  const isOfThisStep = answeredMsAgo !== null && answeredMsAgo <= heldMs;
  if (blindMs !== null || !isOfThisStep || verdict === null)
    return idle(rollout, observation, plan.analysis.intervalMs, `waits for metrics${causeText(observation)}`);
  if (verdict.verdict === 'good') return undefined;
  const { undecided, noEvidence } = plan.policies;
  if (verdict.verdict !== 'undecided' && verdict.verdict !== 'no-evidence')
    return idle(rollout, observation, plan.analysis.intervalMs, verdict.why);
  const { afterMs, then } = verdict.verdict === 'undecided' ? undecided : noEvidence;
  const leftMs = step.holdMs + afterMs - heldMs;
  if (then === 'hold' || leftMs > 0)
    return idle(rollout, observation, Math.max(leftMs, plan.analysis.intervalMs), verdict.why);
  if (then === 'proceed') return undefined;
  return remedied(rollout, observation, then, { cause: verdict.verdict, message: verdict.why });
}

/** After the last step. */
function promotion(rollout: Rollout<Progressing>, observation: Observation): Action {
  const { plan } = rollout;
  if (plan.promotion === 'none') return finish(rollout, observation);
  if (plan.promotion === 'manual')
    return remedied(rollout, observation, 'pause', {
      cause: 'step',
      message: 'all steps are done: the plan waits for `weft canary promote`',
    });
  return inTurn(rollout, observation, ['before-promotion'], 0) ?? toAll(rollout, observation);
}

function toAll(rollout: Rollout<Progressing>, observation: Observation): Action {
  // The wish of a paused promotion, or a last step that gives all: nothing is left to shift.
  if (rollout.weight === ALL && rollout.shift.acknowledged !== null)
    return inTurn(rollout, observation, ['after-promotion'], 0) ?? finish(rollout, observation);
  return toWeight(rollout, observation, ALL, { type: 'promoted', at: observation.at });
}

function next(rollout: Rollout<Progressing>, observation: Observation): Action {
  const following = rollout.plan.steps[rollout.step + 1];
  if (following === undefined)
    return rollout.plan.promotion === 'none' ? finish(rollout, observation) : toAll(rollout, observation);
  return toStep(rollout, observation, rollout.step + 1, following.weight);
}

const toStep = (rollout: Rollout, observation: Observation, step: number, weight: BasisPoints): Action =>
  toWeight(rollout, observation, weight, { type: 'stepped', at: observation.at, step, weight });

/** Make before break: a weight is written when the arm that gets more has the endpoints for it. */
function toWeight(rollout: Rollout, observation: Observation, weight: BasisPoints, event: Committed): Action {
  const asked = observation.asked.capacity;
  if (asked === null) return { type: 'look', at: 'capacity' };
  if (asked.result === null) return idle(rollout, observation, SLOW_POLL_MS, 'looks at endpoints');
  const lack = asked.result.ok ? shortage(rollout, asked.result.value, weight) : asked.result.failure.message;
  if (lack === undefined) return asked.msAgo <= CAPACITY_FRESH_MS ? commit(event) : { type: 'look', at: 'capacity' };
  const scaling = asked.result.ok ? scaleUp(rollout, observation, asked.result.value, weight) : undefined;
  if (scaling !== undefined) return scaling;
  const { afterMs, then } = rollout.plan.policies.capacity;
  if (asked.firstMsAgo >= afterMs)
    return remedied(rollout, observation, then, {
      cause: 'capacity',
      message: `for ${secondsText(afterMs)} there were too few endpoints for ${percentOf(weight)} %: ${lack}`,
    });
  if (asked.msAgo >= CAPACITY_POLL_MS) return { type: 'look', at: 'capacity' };
  return idle(rollout, observation, CAPACITY_POLL_MS - asked.msAgo, `waits for endpoints: ${lack}`);
}

/** Replicas are written only where the plan says so, and never under an autoscaler. */
function scaleUp(
  { plan, scaling, stableReady }: Rollout,
  { at }: Observation,
  { replicas, autoscaler }: Capacity,
  weight: BasisPoints,
): Action | undefined {
  const { scale } = plan.capacity;
  if (scale === null || replicas === null || autoscaler !== null) return undefined;
  const wanted = Math.min(scale.max ?? Number.POSITIVE_INFINITY, required({ plan, stableReady }, weight));
  if (replicas >= wanted) return undefined;
  // What there was is on the object before anything is scaled: a crash in between forgets nothing.
  if (scaling?.wanted !== wanted) return commit({ type: 'scaled', at, before: scaling?.before ?? replicas, wanted });
  return { type: 'scale', workload: scale.workload, replicas: wanted };
}

/** Weights are 0 and acknowledged: the last requests, then the replicas, then whoever wants to know. */
function afterRollback(rollout: Rollout<RollingBack>, observation: Observation): Action {
  const { plan, drainedMs, to } = rollout;
  const leftMs = to === 'untouched' ? 0 : plan.drainMs - drainedMs;
  if (leftMs > 0) return idle(rollout, observation, leftMs, 'gives the last requests their time');
  return (
    scaleDown(rollout, observation) ??
    inTurn(rollout, observation, ['after-rollback'], 0) ??
    finish(rollout, observation)
  );
}

function scaleDown(rollout: Rollout<RollingBack>, observation: Observation): Action | undefined {
  const { scaling, shift, plan } = rollout;
  const { scale } = plan.capacity;
  // Proxies that were not waited for may still send.
  if (scale === null || scaling === null || shift.acknowledged?.by === 'nobody') return undefined;
  const asked = observation.asked.capacity;
  if (asked === null) return { type: 'look', at: 'capacity' };
  if (asked.result === null) return idle(rollout, observation, SLOW_POLL_MS, 'looks at replicas');
  if (asked.result.ok) {
    const { replicas, autoscaler } = asked.result.value;
    if (replicas === null || autoscaler !== null || replicas <= scaling.before) return undefined;
    return { type: 'scale', workload: scale.workload, replicas: scaling.before };
  }
  if (asked.firstMsAgo >= plan.policies.capacity.afterMs) return undefined;
  if (asked.msAgo >= CAPACITY_POLL_MS) return { type: 'look', at: 'capacity' };
  return idle(rollout, observation, CAPACITY_POLL_MS - asked.msAgo, asked.result.failure.message);
}

/** The next hook of these moments, asked and heard; undefined: all were. @param step counted from 0 */
function inTurn(
  rollout: Rollout,
  observation: Observation,
  moments: readonly HookMoment[],
  step: number,
): Action | undefined {
  const turn = hookTurn(rollout, moments, step);
  if (turn === undefined) return undefined;
  const { hook, key } = turn;
  const { at } = observation;
  const asked = observation.asked.hook?.key === key ? observation.asked.hook : null;
  if (asked === null) return { type: 'call-hook', hook, key };
  const { result } = asked;
  if (result === null) return idle(rollout, observation, HEARTBEAT_MS, `asks hook ${hook.name}`);
  const said = result.ok ? result.value.said : result.failure.message;
  const done = commit({ type: 'hook-done', at, key, said });
  if (result.ok && (result.value.answer === 'yes' || hook.onNo === 'ignore')) return done;
  const reason: Reason = { cause: 'hook', message: `hook ${hook.name}: ${said}` };
  const isFinal = result.ok && hook.onNo !== 'wait';
  if (!isFinal && asked.firstMsAgo < hook.deadlineMs)
    return asked.msAgo >= hook.retryMs
      ? { type: 'call-hook', hook, key }
      : idle(rollout, observation, hook.retryMs - asked.msAgo, reason.message);
  if (rollout.phase === 'RollingBack') return done; // there is nothing left to take back
  if (!isFinal) return remedied(rollout, observation, rollout.plan.policies.hook, reason);
  if (hook.onNo === 'pause') return commit({ type: 'paused', at, reason, hook: key });
  return remedied(rollout, observation, 'rollback', reason);
}

/** What a run does when it cannot go on as planned. */
function remedied(rollout: Rollout, observation: Observation, remedy: Remedy, reason: Reason): Action {
  switch (remedy) {
    case 'rollback':
      return rolledBack(rollout, observation, reason);
    case 'stop':
      return commit({ type: 'stopped', at: observation.at, reason });
    case 'pause':
      return rollout.phase === 'Paused'
        ? idle(rollout, observation, HEARTBEAT_MS, reason.message)
        : commit({ type: 'paused', at: observation.at, reason });
  }
}

/** Back, unless nobody is there to go back to: then the canary is the better half. */
function rolledBack(rollout: Rollout, observation: Observation, reason: Reason): Action {
  const event = commit({ type: 'rolled-back', at: observation.at, reason });
  if ((wantedWeight(rollout) ?? NONE) === NONE) return event;
  const asked = observation.asked.capacity;
  if (asked === null) return { type: 'look', at: 'capacity' };
  if (asked.result === null) return idle(rollout, observation, SLOW_POLL_MS, 'looks whether there is a way back');
  if (!asked.result.ok) return event;
  const { stable, canary } = asked.result.value;
  if (stable.readyEndpoints > 0 || canary.readyEndpoints === 0)
    return asked.msAgo <= CAPACITY_FRESH_MS ? event : { type: 'look', at: 'capacity' };
  if (asked.msAgo >= CAPACITY_POLL_MS) return { type: 'look', at: 'capacity' };
  return idle(
    rollout,
    observation,
    CAPACITY_POLL_MS - asked.msAgo,
    `would roll back (${reason.message}), but the stable arm has no ready endpoint`,
  );
}

/** The further ones first: what they still need is known only as long as the first one tells it. */
function finish(rollout: Rollout, observation: Observation): Action {
  const event: Committed = { type: 'finished', at: observation.at };
  return alignment(observation, evolve(rollout, event)) ?? commit(event);
}

const commit = (event: Committed): Action => ({ type: 'commit', event });

/** Nothing to do for so long, but to say that somebody is there and to look at the metrics. */
function idle(rollout: Rollout, observation: Observation, forMs: number, why: string): Action {
  const { writtenMsAgo, at } = observation;
  const heartbeatMs = HEARTBEAT_MS - writtenMsAgo;
  // What comes next may well be a write: then it is the heartbeat.
  const isWriteNear = forMs <= heartbeatMs + HEARTBEAT_GRACE_MS && heartbeatMs > -HEARTBEAT_GRACE_MS;
  if (heartbeatMs <= 0 && !isWriteNear) return commit({ type: 'heartbeat', at });
  const untilSample = untilSampleMs(rollout, observation) ?? forMs;
  const waitMs = Math.min(forMs, untilSample, untilOverdueMs(rollout), isWriteNear ? forMs : heartbeatMs);
  return { type: 'wait', forMs: Math.max(1, waitMs), why };
}

const secondsText = (ms: number): string => `${ms / 1_000} s`;
