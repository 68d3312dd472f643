import { fingerprint } from '../model/fingerprint.ts';
import { ALL, NONE, percentOf, type BasisPoints } from './basis-points.ts';
import { canonicalJson } from './canonical-json.ts';
import type { Command, Committed, Event, Noted } from './event.ts';
import { wantedWeight } from './intent.ts';
import type { Plan } from './plan.ts';
import {
  isOver,
  isTerminal,
  shiftOf,
  type Holder,
  type Paused,
  type Phase,
  type Preparing,
  type Progressing,
  type Reason,
  type Rollout,
  type RunFacts,
  type Shift,
  type Terminal,
} from './rollout.ts';

/** How many entries of a run's history are kept on the object. */
const HISTORY_LENGTH = 30;

/** What a run begins with. */
export interface Beginning {
  readonly run: string;
  readonly plan: Plan;
  readonly holder: Holder;
  readonly at: string;
  readonly stableReady: number;
}

/** A run that has not shifted anything yet. */
export function begin({ run, plan, holder, at, stableReady }: Beginning): Rollout {
  return {
    phase: 'Preparing',
    run,
    plan,
    planHash: planHash(plan),
    before: [],
    holder,
    heartbeat: { count: 1, at },
    revision: 1,
    startedAt: at,
    stableReady,
    scaling: null,
    hooksDone: [],
    restores: 0,
    activeMs: 0,
    blindMs: null,
    unread: null,
    evidence: null,
    verdict: null,
    history: [{ at, event: 'begun', weight: null, message: 'the run begins' }],
  };
}

/** Tells whether two plans are the same. */
export const planHash = (plan: Plan): string => fingerprint(canonicalJson(plan));

/** What becomes of a run by an event. A command that {@link refusal} speaks against, and what comes too late, changes nothing. */
export function evolve(rollout: Rollout, event: Event): Rollout {
  if (isNoted(event)) return noted(rollout, event);
  const phase = phaseAfter(rollout, event);
  if (phase === undefined) return rollout;
  return recorded(rollout, event, phase);
}

const NOTED: ReadonlySet<Event['type']> = new Set<Noted['type']>([
  'time-passed',
  'acknowledged',
  'judged',
  'metrics-failed',
]);

const isNoted = (event: Event): event is Noted => NOTED.has(event.type);

function noted(rollout: Rollout, event: Noted): Rollout {
  switch (event.type) {
    case 'time-passed':
      return timePassed(rollout, event.ms);
    case 'acknowledged':
      return withShift(rollout, (shift) => ({ ...shift, acknowledged: event.acknowledged }));
    case 'judged':
      return { ...rollout, evidence: event.evidence, verdict: event.verdict, blindMs: null, unread: null };
    case 'metrics-failed':
      return { ...rollout, blindMs: rollout.blindMs ?? 0, unread: event.failure };
  }
}

/** Time counts for what is waited for. A pause stops the clocks of the plan, but not those of the proxies. */
function timePassed(rollout: Rollout, ms: number): Rollout {
  if (isOver(rollout)) return rollout;
  const later = withShift(rollout, (shift) => ({
    ...shift,
    pendingMs: shift.pendingMs + ms,
    unacknowledgedMs: shift.acknowledged === null ? shift.unacknowledgedMs + ms : shift.unacknowledgedMs,
  }));
  const blindMs = rollout.blindMs === null ? null : rollout.blindMs + ms;
  if (later.phase === 'Paused') return { ...later, blindMs };
  const active = { ...later, blindMs, activeMs: rollout.activeMs + ms };
  const isHeld = shiftOf(rollout)?.acknowledged != null;
  if (active.phase === 'Progressing' && isHeld) return { ...active, heldMs: active.heldMs + ms };
  if (active.phase === 'RollingBack' && isHeld) return { ...active, drainedMs: active.drainedMs + ms };
  return active;
}

function withShift(rollout: Rollout, change: (shift: Shift) => Shift): Rollout {
  if (rollout.phase === 'Paused')
    return rollout.paused.phase === 'Preparing'
      ? rollout
      : { ...rollout, paused: { ...rollout.paused, shift: change(rollout.paused.shift) } };
  return 'shift' in rollout ? { ...rollout, shift: change(rollout.shift) } : rollout;
}

/** A run with its next phase, a revision further. */
function recorded(rollout: Rollout, event: Committed | Command, phase: Phase): Rollout {
  const {
    run,
    plan,
    planHash: hash,
    startedAt,
    stableReady,
    activeMs,
    blindMs,
    unread = null,
    evidence,
    verdict,
  } = rollout;
  const next: Rollout = {
    run,
    plan,
    planHash: hash,
    before: event.type === 'stepped' ? (event.before ?? rollout.before) : rollout.before,
    holder: holderAfter(rollout, event, phase),
    heartbeat: { count: rollout.heartbeat.count + 1, at: event.at },
    revision: rollout.revision + 1,
    startedAt,
    stableReady,
    scaling: event.type === 'scaled' ? { before: event.before, wanted: event.wanted } : rollout.scaling,
    hooksDone: [...rollout.hooksDone, ...hookDone(event)],
    restores: rollout.restores + (event.type === 'restored' && event.counts ? 1 : 0),
    activeMs: isResumedFrom('deadline', rollout, event) ? 0 : activeMs,
    blindMs: isResumedFrom('blind', rollout, event) ? null : blindMs,
    unread,
    evidence,
    verdict,
    history: rollout.history,
    ...phase,
  };
  if (event.type === 'heartbeat') return next;
  const weight = wantedWeight(next);
  const entry = {
    at: event.at,
    event: event.type,
    weight: weight === null ? null : percentOf(weight),
    message: messageOf(event),
  };
  return { ...next, history: [...rollout.history, entry].slice(-HISTORY_LENGTH) };
}

/** What is over needs nobody: whoever undoes it is its first holder again. */
function holderAfter(rollout: Rollout, event: Committed | Command, phase: Phase): Holder | null {
  if (event.type === 'taken-over') return event.holder;
  return event.type === 'left' || isTerminal(phase) ? null : rollout.holder;
}

const isResumedFrom = (cause: Reason['cause'], rollout: Rollout, { type }: Event): boolean =>
  type === 'resume' && rollout.phase === 'Paused' && rollout.reason.cause === cause;

function hookDone(event: Committed | Command): readonly string[] {
  if (event.type === 'hook-done') return [event.key];
  return event.type === 'paused' && event.hook !== undefined ? [event.hook] : [];
}

/** The phase after an event; undefined: the event changes nothing. */
function phaseAfter(rollout: Rollout, event: Committed | Command): Phase | undefined {
  if (isOver(rollout)) return event.type === 'undo' ? undone(rollout, event.at) : undefined;
  switch (event.type) {
    case 'heartbeat':
    case 'hook-done':
    case 'scaled':
    case 'left':
      return phaseOf(rollout);
    case 'rewritten':
    case 'restored':
    case 'taken-over':
      return rewritten(rollout);
    case 'stepped':
      return stepped(rollout, event);
    case 'promoted':
      return rollout.phase === 'Progressing' ? { phase: 'Promoting', shift: newShift(rollout) } : undefined;
    case 'rolled-back':
      return rollingBack(rollout, event.reason);
    case 'abort':
      return rollingBack(rollout, { cause: 'user', message: 'somebody asked to abort the run' });
    case 'paused':
      return paused(rollout, event.reason, event.weight);
    case 'pause':
      return rollout.phase === 'Paused'
        ? undefined
        : paused(rollout, { cause: 'user', message: 'somebody asked to pause the run' });
    case 'thawed':
      return rollout.phase === 'Paused' && rollout.reason.cause === 'both-bad' ? rollout.paused : undefined;
    case 'resume':
      return resumed(rollout);
    case 'step':
      return wished(rollout, { to: 'step' });
    case 'promote':
      return wished(rollout, { to: 'promote' });
    case 'set':
      return wished(rollout, { to: 'set', weight: event.weight });
    case 'stopped':
      return {
        phase: 'Inconclusive',
        reason: event.reason,
        weight: wantedWeight(rollout),
        finishedAt: event.at,
      };
    case 'finished':
      return finished(rollout, event.at);
    case 'undo':
      return undefined;
  }
}

/** The fields that make the phase, without the facts of the run. */
function phaseOf(rollout: Rollout): Phase {
  switch (rollout.phase) {
    case 'Preparing':
      return { phase: rollout.phase };
    case 'Progressing': {
      const { phase, step, weight, shift, heldMs, wish } = rollout;
      return { phase, step, weight, shift, heldMs, wish };
    }
    case 'Promoting':
      return { phase: rollout.phase, shift: rollout.shift };
    case 'RollingBack': {
      const { phase, reason, to, shift, drainedMs } = rollout;
      return { phase, reason, to, shift, drainedMs };
    }
    case 'Paused':
      return { phase: rollout.phase, reason: rollout.reason, paused: rollout.paused };
    case 'Promoted':
    case 'Undone':
      return { phase: rollout.phase, finishedAt: rollout.finishedAt };
    case 'Settled':
      return { phase: rollout.phase, weight: rollout.weight, finishedAt: rollout.finishedAt };
    case 'RolledBack': {
      const { phase, reason, to, finishedAt } = rollout;
      return { phase, reason, to, finishedAt };
    }
    case 'Inconclusive': {
      const { phase, reason, weight, finishedAt } = rollout;
      return { phase, reason, weight, finishedAt };
    }
  }
}

/** A weight that is written now, with the marker of the revision that writes it. */
const newShift = ({ revision }: Pick<RunFacts, 'revision'>): Shift => ({
  revision: revision + 1,
  pendingMs: 0,
  unacknowledgedMs: 0,
  acknowledged: null,
});

/** The same weights with a new marker: whoever waits for proxies goes on waiting. */
const rewritten = (rollout: Rollout): Phase =>
  phaseOf(withShift(rollout, (shift) => ({ ...newShift(rollout), unacknowledgedMs: shift.unacknowledgedMs })));

function stepped(
  rollout: Rollout,
  { step, weight }: { readonly step: number; readonly weight: BasisPoints },
): Phase | undefined {
  if (rollout.phase !== 'Preparing' && rollout.phase !== 'Progressing') return undefined;
  const progressing: Progressing = {
    phase: 'Progressing',
    step,
    weight,
    shift: newShift(rollout),
    heldMs: 0,
    wish: null,
  };
  if (rollout.phase !== 'Progressing' || rollout.wish?.to !== 'set') return progressing;
  return {
    phase: 'Paused',
    reason: { cause: 'user', message: `somebody set the weight to ${percentOf(weight)}` },
    paused: progressing,
  };
}

function rollingBack(rollout: Rollout, reason: Reason): Phase | undefined {
  if (rollout.phase === 'RollingBack') return undefined;
  const shift = newShift(rollout);
  if (shiftOf(rollout) !== null) return { phase: 'RollingBack', reason, to: 'none', shift, drainedMs: 0 };
  const acknowledged = { by: 'time', ms: 0, why: 'nothing was shifted' } as const;
  return { phase: 'RollingBack', reason, to: 'untouched', shift: { ...shift, acknowledged }, drainedMs: 0 };
}

function undone(rollout: Rollout<Terminal>, at: string): Phase | undefined {
  if (rollout.phase === 'Undone') return undefined;
  return {
    phase: 'RollingBack',
    reason: { cause: 'undo', message: `somebody asked at ${at} to undo the run` },
    to: 'before',
    shift: newShift(rollout),
    drainedMs: 0,
  };
}

/** A pause keeps the weight, or a smaller one that somebody else wrote. */
function paused(rollout: Rollout, reason: Reason, weight?: BasisPoints): Paused | undefined {
  const going = interrupted(rollout);
  if (going === undefined) return undefined;
  if (going.phase === 'Preparing' || weight === undefined || weight >= going.weight)
    return { phase: 'Paused', reason, paused: going };
  return { phase: 'Paused', reason, paused: { ...going, weight, shift: newShift(rollout), heldMs: 0 } };
}

/** What a pause goes on with. A rollback is not paused. */
function interrupted(rollout: Rollout): Preparing | Progressing | undefined {
  switch (rollout.phase) {
    case 'Preparing':
      return { phase: 'Preparing' };
    case 'Progressing': {
      const { phase, step, weight, shift, heldMs, wish } = rollout;
      return { phase, step, weight, shift, heldMs, wish };
    }
    case 'Paused':
      return rollout.paused;
    case 'Promoting':
      // Whatever it keeps, going on means to promote.
      return {
        phase: 'Progressing',
        step: rollout.plan.steps.length - 1,
        weight: ALL,
        shift: rollout.shift,
        heldMs: 0,
        wish: { to: 'promote' },
      };
    default:
      return undefined;
  }
}

/** Causes of a pause that lie in the step itself: whoever resumes takes them upon himself, for this step. */
const OF_THE_STEP: ReadonlySet<Reason['cause']> = new Set<Reason['cause']>([
  'step',
  'bad',
  'both-bad',
  'undecided',
  'no-evidence',
]);

/** The step goes on where it was, and what ran out of time gets its time anew. */
function resumed(rollout: Rollout): Phase | undefined {
  if (rollout.phase !== 'Paused') return undefined;
  const { paused: going, reason } = rollout;
  if (going.phase === 'Preparing') return going;
  const shift = going.shift.acknowledged === null ? newShift(rollout) : going.shift;
  return { ...going, shift, wish: OF_THE_STEP.has(reason.cause) ? { to: 'go-on' } : going.wish };
}

function wished(rollout: Rollout, wish: Exclude<Progressing['wish'], null>): Phase | undefined {
  const going = rollout.phase === 'Paused' ? rollout.paused : phaseOf(rollout);
  return going.phase === 'Progressing' ? { ...going, wish } : undefined;
}

function finished(rollout: Rollout, at: string): Phase | undefined {
  switch (rollout.phase) {
    case 'Promoting':
      return { phase: 'Promoted', finishedAt: at };
    case 'Progressing':
      return rollout.plan.promotion === 'none'
        ? { phase: 'Settled', weight: rollout.weight, finishedAt: at }
        : rollout.weight === ALL
          ? { phase: 'Promoted', finishedAt: at }
          : undefined;
    case 'RollingBack':
      return rollout.reason.cause === 'undo'
        ? { phase: 'Undone', finishedAt: at }
        : { phase: 'RolledBack', reason: rollout.reason, to: rollout.to, finishedAt: at };
    default:
      return undefined;
  }
}

function messageOf(event: Committed | Command): string {
  switch (event.type) {
    case 'heartbeat':
      return '';
    case 'hook-done':
      return `${event.key}: ${event.said}`;
    case 'stepped':
      return `the canary gets ${percentOf(event.weight)} %`;
    case 'promoted':
      return 'the canary gets all requests';
    case 'rewritten':
      return 'no proxy showed the marker: written again with a new one';
    case 'restored':
      return `put right: ${event.found}`;
    case 'thawed':
      return 'both arms are well again';
    case 'scaled':
      return `replicas of the canary: ${event.wanted} instead of ${event.before}`;
    case 'taken-over':
      return `taken over by ${event.holder.host}/${event.holder.pid}: ${event.why}`;
    case 'left':
      return 'the engine left';
    case 'finished':
      return 'the run is over';
    case 'rolled-back':
    case 'paused':
    case 'stopped':
      return event.reason.message;
    case 'pause':
    case 'resume':
    case 'step':
    case 'promote':
    case 'abort':
    case 'undo':
      return `somebody asked to ${event.type}`;
    case 'set':
      return `somebody asked for ${percentOf(event.weight)} %`;
  }
}

/** The largest share that a plan gives to the canary before its promotion. */
export const planMaximum = ({ steps }: Pick<Plan, 'steps'>): BasisPoints =>
  steps.reduce((most, { weight }) => (weight > most ? weight : most), NONE);
