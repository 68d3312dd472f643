import { setMaxListeners } from 'node:events';
import { ALL } from '../../charts-src/canary/basis-points.ts';
import { isSameHolder } from '../../charts-src/canary/adopt.ts';
import { required } from '../../charts-src/canary/capacity.ts';
import type { Command } from '../../charts-src/canary/event.ts';
import { planMaximum } from '../../charts-src/canary/evolve.ts';
import type { Plan } from '../../charts-src/canary/plan.ts';
import { isSame } from '../../charts-src/canary/canonical-json.ts';
import type { Json, KubernetesObject } from '../../charts-src/canary/ports/cluster.ts';
import { isOver, shiftOf, type Rollout } from '../../charts-src/canary/rollout.ts';
import { keptState } from '../../charts-src/canary/rollout-annotations.ts';
import { canaryShares } from '../../charts-src/canary/routes.ts';
import { applyCommand } from '../../scripts/canary/command.ts';
import { run, type RunEnding } from '../../scripts/canary/run.ts';
import type { Version } from '../../scripts/cluster/in-memory-cluster.ts';
import { assess, canaryMesh, REFERENCE, virtualService, weight, type CanaryMesh } from '../support/canary-mesh.ts';
import { faultyPorts, type FaultAt, type FaultCount } from './faulty-ports.ts';

/** A run to simulate, and what has to come of it whatever goes wrong with single calls. */
export interface Scenario {
  readonly name: string;
  readonly plan: Plan;
  readonly objects?: readonly KubernetesObject[];
  /** What the mesh is like, and what happens in it at what time. */
  readonly set?: (mesh: CanaryMesh) => void;
  /** What somebody does, and when. */
  readonly doings?: readonly Doing[];
  /** What else is wrong in the end; undefined: nothing. */
  readonly wrongAtEnd?: (mesh: CanaryMesh) => string | undefined;
  /** How the run ends. */
  readonly ends: Rollout['phase'];
  /** Each engine is on a machine of its own: nobody can see whether the others live. */
  readonly hasManyMachines?: boolean;
  /** Whether somebody else than the engine has a say in the weights: then their order is not that of the plan. */
  readonly isDisturbed?: boolean;
}

/** What somebody does so long after the run has begun. */
export type Doing =
  | { readonly atMs: number; readonly command: Command['type']; readonly weight?: number }
  | { readonly atMs: number; readonly edit: (object: KubernetesObject) => KubernetesObject | undefined };

/** What came of it. */
export interface SimulatedRun {
  readonly mesh: CanaryMesh;
  readonly endings: readonly (RunEnding | 'crashed')[];
  readonly count: FaultCount;
  readonly rollout: Rollout | undefined;
}

/** So long a run may take to begin, and how often it is looked for. */
const LONGEST_START_MS = 600_000;
const MOMENT_MS = 50;

/** So often an engine is started again before the simulation gives up. */
const MOST_STARTS = 80;

/** Plays a scenario until its run is over: an engine that crashes or gives up is started again, as a job would be. */
export async function simulate(scenario: Scenario, faultAt: FaultAt): Promise<SimulatedRun> {
  const [first = virtualService(), ...further] = scenario.objects ?? [];
  const mesh = canaryMesh(first);
  for (const object of further) mesh.cluster.put(object);
  scenario.set?.(mesh);
  const count: FaultCount = { calls: 0, struck: [], ready: new Map() };
  const endings: (RunEnding | 'crashed')[] = [];
  const { signal } = new AbortController();
  setMaxListeners(0, signal); // whoever crashed does not take its listeners away
  const reference = first.metadata;
  let pids = 0;
  const others: Promise<unknown>[] = [];

  const start = async (): Promise<void> => {
    pids += 1;
    const pid = pids;
    const onSecondEngine = (): void => void others.push(start());
    const host = scenario.hasManyMachines ? `machine-${pid}` : 'laptop';
    const world = faultyPorts(mesh, mesh.ports(pid, host), faultAt, { count, onSecondEngine });
    const { plan } = scenario;
    const request = { plan, ports: world.ports, assess, signal, report: () => undefined, warn: () => undefined };
    const ending = await Promise.race([run(request), world.crashed]);
    mesh.dead.add(pid);
    endings.push(ending);
  };

  const rollout = (): Rollout | undefined => {
    const lying = mesh.cluster.get('VirtualService', reference);
    const state = lying && keptState(lying);
    return state?.kept === 'rollout' ? state.rollout : undefined;
  };

  const doings = (scenario.doings ?? []).map(async (doing) => {
    // Faults may keep the run from beginning for a while: what somebody does before is another story.
    for (let waitedMs = 0; rollout() === undefined && waitedMs < LONGEST_START_MS; waitedMs += MOMENT_MS)
      await mesh.clock.sleep(MOMENT_MS, signal);
    await mesh.clock.sleep(doing.atMs, signal);
    if ('edit' in doing) {
      const lying = mesh.cluster.get('VirtualService', reference);
      const edited = lying && doing.edit(lying);
      if (edited) mesh.cluster.put(edited);
      return;
    }
    const at = mesh.clock.wallTime();
    const command: Command =
      doing.command === 'set' ? { type: 'set', at, weight: weight(doing.weight ?? 0) } : { type: doing.command, at };
    const ports = { ...mesh.ports(0), cluster: mesh.cluster.as('command') };
    await applyCommand({ ports, reference, command, signal });
  });

  const played = async (): Promise<void> => {
    for (let starts = 0; starts < MOST_STARTS; starts++) {
      await start();
      const now = rollout();
      if (now !== undefined && isOver(now)) break;
      await mesh.clock.sleep(endings.at(-1) === 'crashed' ? 1_000 : 10_000, signal);
    }
    await Promise.all(others);
    await Promise.all(doings);
  };
  await mesh.clock.until(played());
  return { mesh, endings, count, rollout: rollout() };
}

/** Everything in a simulated run that must never be, in words. Empty: all is well. */
export function violations(scenario: Scenario, { mesh, endings, count }: SimulatedRun): readonly string[] {
  const { plan } = scenario;
  const { target } = plan;
  const found: string[] = [];
  const report = (text: string): void => void found.push(text);
  const versions = firstRun(mesh.cluster.history(REFERENCE));
  const last = versions.at(-1);
  const kept = last && keptState(last.object);
  const rollout = kept?.kept === 'rollout' ? kept.rollout : undefined;
  if (rollout?.phase !== scenario.ends)
    report(
      `it ends as ${rollout?.phase ?? 'nothing'}, not as ${scenario.ends} (${endings.map((ending) => (ending === 'crashed' ? ending : ending.ending)).join()})`,
    );

  const stepped: number[] = [];
  for (const [index, version] of versions.entries()) {
    const before = versions[index - 1];
    if (before === undefined) continue;
    const state = keptState(version.object);
    const stateBefore = keptState(before.object);
    const { most } = canaryShares([version.object], target);
    const { most: mostBefore } = canaryShares([before.object], target);
    const isOurs = version.by !== 'somebody else';
    if (isOurs && state.kept !== 'rollout' && scenario.ends !== 'Undone') report(`${version.by} wrote no state`);
    if (!isOurs || state.kept !== 'rollout') continue;
    const now = state.rollout;
    const was = stateBefore.kept === 'rollout' ? stateBefore.rollout : undefined;

    // B4: whoever writes is the holder, and became it by a word of its own.
    const name = now.holder === null ? 'nobody' : `${now.holder.host}/${now.holder.pid}`;
    const hasLeft = now.history.at(-1)?.event === 'left' || isOver(now);
    if (version.by !== 'command' && name !== version.by && !hasLeft) report(`${version.by} wrote for ${name}`);
    if (was !== undefined && !isOver(was) && !isSameHolder(was.holder, now.holder)) {
      const why = now.history.findLast(({ event }) => event === 'taken-over');
      const isDead = was.holder === null || mesh.dead.has(was.holder.pid);
      if ((why === undefined || !isDead) && !hasLeft)
        report(`${version.by} took the run from ${JSON.stringify(was.holder)}`);
    }

    // B5, B6: never more than the plan's maximum before the promotion, nothing after a rollback.
    const isPromotion = ['Promoting', 'Promoted'].includes(now.phase) || (now.phase === 'Paused' && mostBefore === 1);
    const limit = isPromotion ? 1 : planMaximum(plan) / ALL;
    if (most > limit + 1e-9) report(`${version.by} gave the canary ${most} in phase ${now.phase}`);
    if (['RollingBack', 'RolledBack'].includes(now.phase) && 'to' in now && now.to === 'none' && most > 0)
      report(`a failed canary keeps ${most}`);

    // B3: each step exactly once, in order.
    const isStep = now.history.at(-1)?.event === 'stepped' && shiftOf(now)?.revision === now.revision;
    if (now.phase === 'Progressing' && isStep) {
      stepped.push(now.weight);
      const { least } = canaryShares([version.object], target);
      // Half a basis point is no basis point.
      if ([least, most].some((share) => Math.abs(share * ALL - now.weight) > 0.5))
        report(`a step to ${now.weight} basis points gives ${least * ALL} to ${most * ALL}`);
    }

    // P13, B2: a raise only onto ready endpoints, and only after the weight before has arrived everywhere.
    if (most > mostBefore) {
      const ready = count.ready.get(version.object.metadata.resourceVersion ?? '') ?? Number.POSITIVE_INFINITY;
      const needed = required(now, weight(most * 100));
      if (ready < needed) report(`${most} on ${ready} of ${needed} endpoints`);
      const shift = was === undefined ? null : shiftOf(was);
      if (shift !== null && was !== undefined && before.by !== 'somebody else') {
        const marker = `weft-${was.run}-${shift.revision}`;
        for (const proxy of mesh.plane.proxies) {
          const held = JSON.stringify(mesh.plane.held(proxy, REFERENCE, version.atMs)?.spec ?? {});
          if (mesh.plane.isObservable && !held.includes(marker))
            report(`raised to ${most} while ${proxy.pod} did not hold ${marker}`);
        }
      }
    }
  }
  if (!scenario.isDisturbed) {
    const planned = plan.steps.map(({ weight }) => weight as number);
    const reached =
      scenario.ends === 'Promoted' || scenario.ends === 'Settled' ? planned : planned.slice(0, stepped.length);
    if (stepped.join() !== reached.join()) report(`steps were ${stepped.join()}, not ${reached.join()}`);
  }

  // B6: what somebody else gives the canary beyond the plan is taken back by an engine that runs, within a second.
  for (const [index, { by, object, atMs }] of versions.entries()) {
    const state = keptState(object);
    const isShifted = state.kept === 'rollout' && shiftOf(state.rollout) !== null && !isOver(state.rollout);
    const isMore = canaryShares([object], target).most > planMaximum(plan) / ALL + 1e-9;
    if (by !== 'somebody else' || !isShifted || !isMore || count.struck.length > 0) continue;
    const after = versions[index + 1];
    if (after === undefined || after.atMs - atMs > 1_000) report('nobody took back what somebody else gave the canary');
  }
  // Whoever ends a run says so, also when the answer to its last write was lost.
  const rivals = count.struck.filter((one) => one.endsWith('second-engine')).length;
  const isTold = endings.some((ending) => ending !== 'crashed' && ending.ending === 'over');
  if (rivals === 0 && endings.at(-1) !== 'crashed' && !isTold && rollout !== undefined && isOver(rollout))
    report(`nobody said that it is over: ${JSON.stringify(endings.at(-1)).slice(0, 200)}`);

  const late = scenario.wrongAtEnd?.(mesh);
  if (late !== undefined) report(late);

  // P14: but for the weights, the end is the beginning: no route, no match, no mirror and no name of the run stays.
  const [first] = versions;
  if (first !== undefined && last !== undefined && rollout !== undefined && isOver(rollout))
    if (!isSame(withoutDestinations(first.object), withoutDestinations(last.object)))
      report(`routes of the run stay: ${JSON.stringify(withoutDestinations(last.object))}`);

  // What is over leaves no marker in any VirtualService.
  if (rollout !== undefined && isOver(rollout))
    for (const reference of target.virtualServices) {
      const spec = JSON.stringify(mesh.cluster.get('VirtualService', reference)?.spec);
      // What another run wrote since is its own.
      if (spec.includes(`${rollout.run}-`) && spec.includes('weft-')) report(`a marker stays in ${reference.name}`);
    }

  // P2: a hook is asked once a step; a crash or a lost answer may repeat it, with the same key. Gates are asked on.
  const repeats = endings.filter((ending) => ending === 'crashed').length + count.struck.length;
  const gates = new Set(plan.hooks.filter(({ onNo }) => onNo === 'wait').map(({ name }) => name));
  const calls = new Map<string, number>();
  for (const { key, hook } of mesh.hookCalls) if (!gates.has(hook)) calls.set(key, (calls.get(key) ?? 0) + 1);
  for (const [key, times] of calls) if (times > 1 + repeats) report(`hook ${key} was asked ${times} times`);
  return found;
}

/** Routes with all that is said of them but where they send. */
const withoutDestinations = ({ spec }: KubernetesObject) =>
  (spec?.['http'] as unknown as { readonly route: unknown }[]).map(({ route: _, ...others }) => others as Json); // as the scenarios write them

/** Versions up to the end of the first run: an engine that came a moment too late began another one. */
function firstRun(versions: readonly Version[]): readonly Version[] {
  const end = versions.findIndex(({ object }) => {
    const state = keptState(object);
    return state.kept === 'rollout' && isOver(state.rollout);
  });
  return end < 0 ? versions : versions.slice(0, end + 1);
}
