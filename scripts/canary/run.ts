import { isSameHolder } from '../../charts-src/canary/adopt.ts';
import { claimOf } from '../../charts-src/canary/claim.ts';
import { desiredVirtualService } from '../../charts-src/canary/desired.ts';
import type { Committed } from '../../charts-src/canary/event.ts';
import { begin, evolve, planHash } from '../../charts-src/canary/evolve.ts';
import { fit } from '../../charts-src/canary/fit.ts';
import { requiredPermissions } from '../../charts-src/canary/permissions.ts';
import type { Plan } from '../../charts-src/canary/plan.ts';
import type { KubernetesObject, Permission } from '../../charts-src/canary/ports/cluster.ts';
import type { PortFailure, Result } from '../../charts-src/canary/ports/failure.ts';
import { isOver, type Holder, type Rollout } from '../../charts-src/canary/rollout.ts';
import { keptState } from '../../charts-src/canary/rollout-annotations.ts';
import { readCapacity, type ArmLabels } from './capacity.ts';
import type { Drive } from './drive.ts';
import type { Ending } from './ending.ts';
import { drive } from './engine.ts';
import { insist, patience, type Patience } from './insist.ts';
import { readMesh } from './read-mesh.ts';

/** What a run is asked to do. */
export interface RunRequest extends Pick<Drive, 'ports' | 'assess' | 'signal' | 'report'> {
  readonly plan: Plan;
  /** Takes an unfinished run from whoever holds it. */
  readonly takeOver?: boolean;
  /** An unfinished run of another plan is rolled back first. */
  readonly supersede?: boolean;
  /** Only goes on with a run that is there: for jobs that are started again after a crash. */
  readonly resume?: boolean;
  /** Hears of what could not be looked at. */
  readonly warn: (warning: string) => void;
}

/** One try of a request, and what all of them may bear. */
type Attempt = RunRequest & { readonly writing: Patience };

/** How a run ends, or why it did not begin. */
export type RunEnding =
  | Ending
  /** Another engine drives a run on this target. */
  | { readonly ending: 'held'; readonly rollout: Rollout; readonly by: Holder }
  /** The plan does not fit, or a run with another one is in the way. Nothing was written. */
  | { readonly ending: 'refused'; readonly problems: readonly string[] }
  /** Rights are missing. Nothing was written. */
  | { readonly ending: 'forbidden'; readonly missing: readonly Permission[] }
  | { readonly ending: 'unreachable'; readonly failure: PortFailure };

/** Begins a run, or goes on with one that is there, and drives it to its end. */
export async function run(request: RunRequest): Promise<RunEnding> {
  const { ports, plan, signal } = request;
  const { cluster, clock } = ports;
  const missing = await insist(clock, signal, (stop) => cluster.missing(requiredPermissions(plan), stop));
  if (!missing.ok) return unreachable(missing.failure);
  if (missing.value.length > 0) return { ending: 'forbidden', missing: missing.value };
  const writing = patience(clock, signal);
  for (;;) {
    const attempt = await attempted({ ...request, writing });
    if (attempt !== 'again') return attempt;
    if (signal.aborted) return unreachable(cancelled);
  }
}

const cancelled: PortFailure = { type: 'cancelled', retryable: false, message: 'asked to leave before the run began' };

const unreachable = (failure: PortFailure): RunEnding => ({ ending: 'unreachable', failure });

const refused = (...problems: readonly string[]): RunEnding => ({ ending: 'refused', problems });

/** One try from a fresh read; `again`: somebody wrote meanwhile, or an older run is out of the way now. */
async function attempted(request: Attempt): Promise<RunEnding | 'again'> {
  const { ports, plan, signal } = request;
  const mesh = await readMesh(ports, plan.target, signal);
  if (!mesh.ok) return unreachable(mesh.failure);
  const { problems, warnings, labels } = fit(plan, mesh.value);
  const [first] = mesh.value.virtualServices;
  if (!first) return refused(...problems);
  const state = keptState(first);
  if (state.kept === 'unreadable')
    return refused(
      `VirtualService ${plan.target.namespace}/${first.metadata.name} has annotations of a run that cannot be read: ${state.why}. Nobody knows where that run stands. Set the weights you want, and take the annotations that begin with canary.weftmesh/ away.`,
    );
  const virtualServices = mesh.value.virtualServices.filter((live) => live !== null);
  if (state.kept === 'rollout' && !isOver(state.rollout))
    return continued(request, state.rollout, virtualServices, labels);
  if (request.resume)
    return state.kept === 'rollout' && isOver(state.rollout)
      ? drive({ ...request, rollout: state.rollout, virtualServices, labels })
      : refused('There is no run to go on with. Leave out --resume to begin one.');
  if (problems.length > 0) return refused(...problems);
  for (const warning of warnings) request.warn(warning);
  return begun(request, virtualServices, labels);
}

async function begun(
  request: Attempt,
  virtualServices: readonly KubernetesObject[],
  labels: ArmLabels,
): Promise<RunEnding | 'again'> {
  const { ports, plan, signal } = request;
  const { cluster, clock } = ports;
  const capacity = await insist(clock, signal, (stop) => readCapacity(cluster, plan, labels, stop));
  if (!capacity.ok) return unreachable(capacity.failure);
  const rollout = begin({
    run: ports.runIds.next(),
    plan,
    holder: ports.processes.self,
    at: clock.wallTime(),
    stableReady: capacity.value.stable.readyEndpoints,
  });
  return written(request, rollout, virtualServices, labels);
}

/** Goes on with an unfinished run, if it may. */
async function continued(
  request: Attempt,
  rollout: Rollout,
  virtualServices: readonly KubernetesObject[],
  labels: ArmLabels,
): Promise<RunEnding | 'again'> {
  const { ports, plan } = request;
  const isOther = rollout.planHash !== planHash(plan);
  if (isSameHolder(rollout.holder, ports.processes.self) && !isOther)
    return drive({ ...request, rollout, virtualServices, labels });
  const claim = await claimed(request, rollout);
  if (claim === 'again') return 'again';
  if (claim === 'held') {
    if (!request.supersede || !isOther) return { ending: 'held', rollout, by: rollout.holder ?? ports.processes.self };
    return superseded(request, rollout, virtualServices);
  }
  if (isOther && !request.supersede)
    return refused(
      `Run ${rollout.run} is not over (${rollout.phase}), and has another plan. Go on with it by its own plan, take it back (weft canary abort), or let this one follow it (--supersede).`,
    );
  const at = ports.clock.wallTime();
  const taken = evolve(rollout, { type: 'taken-over', at, holder: ports.processes.self, why: claim.why });
  const ending = await written(request, isOther ? evolve(taken, supersession(at)) : taken, virtualServices, labels);
  return ending !== 'again' && ending.ending === 'over' && isOther ? 'again' : ending;
}

const supersession = (at: string): Committed => ({
  type: 'rolled-back',
  at,
  reason: { cause: 'superseded', message: 'a run with another plan takes its place' },
});

/** Asks the engine that drives to roll back, and waits until it has. */
async function superseded(
  { ports, signal, writing }: Attempt,
  rollout: Rollout,
  [first]: readonly KubernetesObject[],
): Promise<RunEnding | 'again'> {
  const { cluster, clock } = ports;
  if (rollout.phase === 'RollingBack' || first === undefined) {
    await clock.sleep(SUPERSEDE_POLL_MS, signal);
    return 'again';
  }
  const next = evolve(rollout, supersession(clock.wallTime()));
  // Whatever comes of it is seen by the next read.
  const failure = await writing.bears(
    await cluster.replaceVirtualService(desiredVirtualService(first, next, 0), signal),
  );
  return failure === undefined ? 'again' : unreachable(failure);
}

const SUPERSEDE_POLL_MS = 500;

/** Whether we may take a run; looks at its heart for a while where only the clocks speak against it. */
async function claimed(
  { ports, takeOver = false, plan, signal }: RunRequest,
  rollout: Rollout,
): Promise<{ readonly why: string } | 'held' | 'again'> {
  const { clock, cluster, processes } = ports;
  const { holder, heartbeat } = rollout;
  const ageMs = Date.parse(clock.wallTime()) - Date.parse(heartbeat.at);
  const signs = {
    life: holder === null ? ('dead' as const) : processes.isAlive(holder),
    ageMs: Number.isNaN(ageMs) ? null : ageMs,
    takeOver,
  };
  const claim = claimOf(rollout, { ...signs, silentMs: 0 });
  if (claim.claim === 'take') return claim;
  if (claim.claim === 'held') return 'held';
  await clock.sleep(claim.forMs, signal);
  if (signal.aborted) return 'again';
  const later = await insist(clock, signal, (stop) => cluster.virtualService(plan.target.virtualServices[0], stop));
  const state = later.ok ? keptState(later.value) : undefined;
  if (state?.kept !== 'rollout' || state.rollout.run !== rollout.run) return 'again';
  if (state.rollout.heartbeat.count !== heartbeat.count) return 'held';
  const silent = claimOf(rollout, { ...signs, silentMs: claim.forMs });
  return silent.claim === 'take' ? silent : 'held';
}

/** Writes a state that makes us the holder, and drives from there. */
async function written(
  request: Attempt,
  rollout: Rollout,
  virtualServices: readonly KubernetesObject[],
  labels: ArmLabels,
): Promise<RunEnding | 'again'> {
  const { ports, signal, writing } = request;
  const [first, ...further] = virtualServices;
  if (first === undefined) return 'again';
  const result: Result<KubernetesObject> = await ports.cluster.replaceVirtualService(
    desiredVirtualService(first, rollout, 0),
    signal,
  );
  if (result.ok) return drive({ ...request, rollout, virtualServices: [result.value, ...further], labels });
  // Somebody was faster, or nobody knows: the next read says.
  const failure = await writing.bears(result);
  return failure === undefined ? 'again' : unreachable(failure);
}
