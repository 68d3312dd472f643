import type { Action } from '../../charts-src/canary/action.ts';
import { standingOf } from '../../charts-src/canary/adopt.ts';
import { decide } from '../../charts-src/canary/decide.ts';
import { desiredVirtualService } from '../../charts-src/canary/desired.ts';
import { ALL } from '../../charts-src/canary/basis-points.ts';
import type { Command, Event } from '../../charts-src/canary/event.ts';
import { begin, evolve, planMaximum } from '../../charts-src/canary/evolve.ts';
import { intentOf, wantedWeight } from '../../charts-src/canary/intent.ts';
import type { Asked, Observation } from '../../charts-src/canary/observation.ts';
import type { Plan } from '../../charts-src/canary/plan.ts';
import type { KubernetesObject } from '../../charts-src/canary/ports/cluster.ts';
import { refusal } from '../../charts-src/canary/refusal.ts';
import { isOver, shiftOf, type Holder, type Rollout } from '../../charts-src/canary/rollout.ts';
import { keptState } from '../../charts-src/canary/rollout-annotations.ts';
import { canaryShares } from '../../charts-src/canary/routes.ts';
import { assess, route, virtualService } from '../support/canary-mesh.ts';

/** What can be said of the canary by its metrics, now. */
type Metrics = 'good' | 'bad' | 'both-bad' | 'outage';

/** An engine: what it remembers, and what it read last. */
interface Engine {
  readonly rollout: Rollout;
  readonly view: KubernetesObject;
  readonly isIntact: boolean;
  readonly asked: Observation['asked'];
  readonly isSampled: boolean;
}

/** How much of what disturbs may still come: it is what keeps the search finite. */
export interface Budget {
  readonly crashes: number;
  readonly takeovers: number;
  readonly edits: number;
  readonly commands: number;
  readonly metrics: number;
  readonly capacity: number;
}

/** The world at one moment. */
export interface World {
  readonly object: KubernetesObject;
  /** Marker that the proxies hold. */
  readonly held: string | null;
  readonly metrics: Metrics;
  readonly hasCapacity: boolean;
  readonly engines: readonly (Engine | null)[];
  readonly budget: Budget;
  /** Whether somebody else wrote the weights, or the state, and no engine has since. */
  readonly isForeign: boolean;
}

/** One thing that can happen next, and what is wrong with it. */
export interface Next {
  readonly what: string;
  readonly world: World;
  readonly wrong: readonly string[];
}

const AT = '2026-01-01T00:00:00Z';
const holderOf = (engine: number): Holder => ({ host: 'machine', pid: engine + 1, startedAt: 'now' });
const NOTHING_ASKED: Observation['asked'] = { acknowledgement: null, capacity: null, hook: null };

export const start = (budget: Budget): World => ({
  object: versioned(virtualService([route()]), 1),
  held: null,
  metrics: 'good',
  hasCapacity: true,
  engines: [null, null],
  budget,
  isForeign: false,
});

const versioned = (object: KubernetesObject, version: number): KubernetesObject => ({
  ...object,
  metadata: { ...object.metadata, resourceVersion: String(version) },
});

const versionOf = ({ metadata }: KubernetesObject): number => Number(metadata.resourceVersion);

const put = (world: World, object: KubernetesObject): KubernetesObject =>
  versioned(object, versionOf(world.object) + 1);

/** Objects never change here, so what is kept on one is read once. */
const kept = new WeakMap<KubernetesObject, ReturnType<typeof keptState>>();

export function rolloutOf(object: KubernetesObject): Rollout | undefined {
  const state = kept.get(object) ?? keptState(object);
  kept.set(object, state);
  return state.kept === 'rollout' ? state.rollout : undefined;
}

/** Everything that can happen next. */
export function nexts(plan: Plan, world: World): readonly Next[] {
  return [
    ...world.engines.flatMap((engine, index) =>
      engine === null ? starts(plan, world, index) : [...turns(plan, world, index, engine), ...crashes(world, index)],
    ),
    ...disturbances(world),
  ];
}

const fine = (what: string, world: World): Next => ({ what, world, wrong: [] });

function withEngine(world: World, index: number, engine: Engine | null): World {
  return { ...world, engines: world.engines.map((one, at) => (at === index ? engine : one)) };
}

/** An engine starts: it begins a run, takes one whose engine is dead, or leaves at once. */
function starts(plan: Plan, world: World, index: number): readonly Next[] {
  const rollout = rolloutOf(world.object);
  if (rollout !== undefined && isOver(rollout)) return [];
  const engine = (started: Rollout, view: KubernetesObject): Engine => ({
    rollout: started,
    view,
    isIntact: true,
    asked: NOTHING_ASKED,
    isSampled: false,
  });
  const holder = holderOf(index);
  if (rollout === undefined) {
    // Whoever still remembers a run goes on with it: two beginnings at once are the compare-and-swap's to sort out.
    if (world.engines.some((other) => other !== null) || canaryShares([world.object], plan.target).most > 0) return [];
    const begun = begin({ run: 'r', plan, holder, at: AT, stableReady: 1 });
    const object = put(world, desiredVirtualService(world.object, begun, 0));
    return [
      fine(`engine ${index} begins`, withEngine({ ...world, object, isForeign: false }, index, engine(begun, object))),
    ];
  }
  const isHeld = world.engines.some((other, at) => other !== null && rollout.holder?.pid === at + 1);
  if (isHeld && world.budget.takeovers === 0) return [];
  const taken = evolve(rollout, { type: 'taken-over', at: AT, holder, why: 'it seemed dead' });
  const object = put(world, desiredVirtualService(world.object, taken, 0));
  const budget = { ...world.budget, takeovers: world.budget.takeovers - (isHeld ? 1 : 0) };
  return [
    fine(
      `engine ${index} takes over${isHeld ? ' from one that lives' : ''}`,
      withEngine({ ...world, object, budget, isForeign: false }, index, engine(taken, object)),
    ),
  ];
}

function crashes(world: World, index: number): readonly Next[] {
  if (world.budget.crashes === 0) return [];
  const budget = { ...world.budget, crashes: world.budget.crashes - 1 };
  return [fine(`engine ${index} crashes`, withEngine({ ...world, budget }, index, null))];
}

/**
 * What an engine does next: what `decide` says, or a read where somebody wrote since its last one. A write from an old
 * read fails and leads to a read, so it is one.
 */
const turns = (plan: Plan, world: World, index: number, engine: Engine): readonly Next[] =>
  versionOf(engine.view) === versionOf(world.object) ? acts(plan, world, index, engine) : [read(world, index, engine)];

function read(world: World, index: number, engine: Engine): Next {
  const found = standingOf(engine.rollout, world.object);
  const what = `engine ${index} reads: ${found.standing}`;
  if (found.standing === 'lost') return fine(what, withEngine(world, index, null));
  const rollout = found.standing === 'changed' ? found.rollout : engine.rollout;
  const isSameShift = shiftOf(rollout)?.revision === shiftOf(engine.rollout)?.revision;
  return fine(
    what,
    withEngine(world, index, {
      ...engine,
      rollout,
      view: world.object,
      isIntact: found.standing !== 'wiped',
      asked: isSameShift && rollout.phase === engine.rollout.phase ? engine.asked : NOTHING_ASKED,
    }),
  );
}

const now = <T>(value: T): Asked<T> => ({ result: { ok: true, value }, msAgo: 0, firstMsAgo: 0 });

function acts(plan: Plan, world: World, index: number, engine: Engine): readonly Next[] {
  const { rollout } = engine;
  const action = decide(rollout, {
    at: AT,
    virtualServices: [engine.view],
    isStateIntact: engine.isIntact,
    goneMs: null,
    writtenMsAgo: 0,
    metrics: { askedMsAgo: engine.isSampled ? 0 : null, answeredMsAgo: engine.isSampled ? 0 : null, failure: null },
    asked: engine.asked,
  });
  const what = `engine ${index}: ${actionText(action)}`;
  const become = (next: Partial<Engine>): Next => fine(what, withEngine(world, index, { ...engine, ...next }));
  switch (action.type) {
    case 'end':
    case 'abandon':
      return [fine(what, withEngine(world, index, null))];
    case 'note':
      return [become({ rollout: evolve(rollout, action.event) })];
    case 'wait':
      // Time passes for whoever waits; what was asked before is old then.
      return [
        become({
          rollout: evolve(rollout, { type: 'time-passed', ms: TICK_MS }),
          asked: NOTHING_ASKED,
          isSampled: false,
        }),
      ];
    case 'look':
      return [become(looked(world, engine, action.at))];
    case 'commit':
      return [commit(plan, world, index, engine, action)];
    case 'align':
    case 'call-hook':
    case 'scale':
      return [{ what, world, wrong: [`${action.type} was not asked for`] }];
  }
}

/** One tick is a hold time, and more than any proxy needs. */
export const TICK_MS = 1_000;
/** After so long a write is written again, and after so long the proxies are given up: time decides nothing later. */
export const REWRITE_MS = TICK_MS;
export const GIVEN_UP_MS = 2 * TICK_MS;

function looked(world: World, engine: Engine, at: 'acknowledgement' | 'capacity' | 'metrics'): Partial<Engine> {
  const { rollout, asked } = engine;
  switch (at) {
    case 'acknowledgement': {
      const isHeld = world.held === intentOf(rollout).marker;
      const seen = isHeld
        ? ({ state: 'acknowledged', proxies: 1, how: 'marker' } as const)
        : ({ state: 'pending', markerSeen: false, holding: 0, proxies: 1, lagging: [] } as const);
      return { asked: { ...asked, acknowledgement: now(seen) } };
    }
    case 'capacity': {
      const arm = (readyEndpoints: number) => ({ readyEndpoints, pods: readyEndpoints, terminatingPods: 0 });
      const capacity = { stable: arm(1), canary: arm(world.hasCapacity ? 1 : 0), replicas: null, autoscaler: null };
      return { asked: { ...asked, capacity: now(capacity) } };
    }
    case 'metrics': {
      if (world.metrics === 'outage')
        return {
          rollout: evolve(rollout, { type: 'metrics-failed', failure: { message: 'an outage' } }),
          isSampled: true,
        };
      const { analysis } = rollout.plan;
      if (analysis === null) return {};
      const sample = { at: world.metrics, untilMs: 0, metrics: {} };
      const evidence = assess.addSample(analysis, null, sample, 0);
      const verdict = assess.judge(analysis, evidence);
      return { rollout: evolve(rollout, { type: 'judged', evidence, verdict }), isSampled: true };
    }
  }
}

const actionText = (action: Action): string =>
  action.type === 'commit' || action.type === 'note' ? `${action.type} ${action.event.type}` : action.type;

/** A compare-and-swap: it works only from what lies there, and this is where everything could go wrong. */
function commit(
  plan: Plan,
  world: World,
  index: number,
  engine: Engine,
  { event }: Extract<Action, { readonly type: 'commit' }>,
): Next {
  const what = `engine ${index} commits ${event.type}`;
  const next = evolve(engine.rollout, event);
  const object = put(world, desiredVirtualService(engine.view, next, 0));
  const before = rolloutOf(world.object);
  const share = canaryShares([object], plan.target).most;
  const shareBefore = canaryShares([world.object], plan.target).most;
  const { rollout } = engine;
  const wrong: string[] = [];
  const must = (isTrue: boolean, text: string): void => void (isTrue || wrong.push(`${what}: ${text}`));
  must(next !== engine.rollout, 'an event that changes nothing is written for ever');
  must(before === undefined || before.holder?.pid === index + 1, 'B4: it is not the holder');
  // What lies there before the first step is not the run's; a paused promotion keeps what it has.
  const hadAll = wantedWeight(engine.rollout) === ALL || shiftOf(next) === null;
  const mayHaveAll = next.phase === 'Promoting' || next.phase === 'Promoted' || hadAll;
  must(share <= (mayHaveAll ? 1 : planMaximum(plan) / ALL), `B6: the canary gets ${share}`);
  must(
    share <= shareBefore || isOnward(event.type, rollout),
    `B6: ${event.type} raises the canary from ${shareBefore} to ${share}`,
  );
  must(!('to' in next && next.to === 'none') || share === 0, `B5: a failed canary keeps ${share}`);
  if (event.type === 'stepped' || event.type === 'promoted') {
    const last = shiftOf(engine.rollout);
    must(last === null || last.acknowledged !== null, 'B2: the weight before has not arrived');
    const { verdict, blindMs } = engine.rollout;
    const isWish = engine.rollout.phase === 'Progressing' && engine.rollout.wish !== null;
    const isFirst = event.type === 'stepped' && event.step === 0;
    const isAgain =
      event.type === 'stepped' && engine.rollout.phase === 'Progressing' && event.step === engine.rollout.step;
    must(
      isFirst || isAgain || isWish || (blindMs === null && verdict?.verdict === 'good'),
      'B7: no good evidence leads on',
    );
    must(verdict?.verdict !== 'bad', 'a bad canary goes on');
    must(engine.asked.capacity?.result?.ok === true, 'P13: nobody looked at the endpoints');
    const from = engine.rollout.phase === 'Progressing' ? engine.rollout.step : -1;
    if (event.type === 'stepped' && !isWish)
      must(event.step === from + 1 || isAgain, `B3: from step ${from} to ${event.step}`);
  }
  if (event.type === 'rolled-back')
    must(engine.rollout.verdict?.verdict === 'bad', `B7: rolled back without evidence: ${event.reason.message}`);
  return {
    what,
    wrong,
    world: withEngine({ ...world, object, isForeign: false }, index, {
      ...engine,
      rollout: next,
      view: object,
      isIntact: true,
      asked: shiftOf(next)?.revision === shiftOf(engine.rollout)?.revision ? engine.asked : NOTHING_ASKED,
    }),
  };
}

/** What may give the canary more than lies there: the plan, or putting right what somebody else took. */
const isOnward = (type: Event['type'], rollout: Rollout): boolean =>
  type === 'stepped' || type === 'promoted' || (type === 'restored' && !isOver(rollout));

/** What the world does to a run. */
function disturbances(world: World): readonly Next[] {
  const { object, budget, metrics, hasCapacity } = world;
  const found: Next[] = [];
  const rollout = rolloutOf(object);
  const marker = markerIn(object);
  if (marker !== world.held) found.push(fine('the proxies get what lies there', { ...world, held: marker }));
  if (budget.edits > 0 && (rollout === undefined || !isOver(rollout))) {
    const less = { ...budget, edits: budget.edits - 1 };
    const edited = (what: string, next: KubernetesObject): void =>
      void found.push(fine(what, { ...world, object: put(world, next), budget: less, isForeign: true }));
    const spec = (v2: number) => virtualService([route({ v1: 100 - v2, v2 })]).spec ?? {};
    const { annotations: _, ...bare } = object.metadata;
    edited('Git writes its weights', { ...object, spec: spec(0) });
    edited('somebody gives the canary everything', { ...object, spec: spec(100) });
    edited('somebody replaces the object', { ...object, metadata: bare, spec: spec(0) });
  }
  if (budget.commands > 0 && rollout !== undefined)
    for (const type of ['pause', 'resume', 'step', 'promote', 'abort'] as const) {
      const command: Command = { type, at: AT };
      if (refusal(rollout, command) !== undefined) continue;
      const next = put(world, desiredVirtualService(object, evolve(rollout, command), 0));
      found.push(
        fine(`somebody says ${type}`, { ...world, object: next, budget: { ...budget, commands: budget.commands - 1 } }),
      );
    }
  // What went wrong may always become well again: that disturbs nobody, so it costs nothing in the end.
  if (budget.metrics === 0 && metrics !== 'good')
    found.push(fine('metrics are good again', { ...world, metrics: 'good' }));
  if (budget.capacity === 0 && !hasCapacity) found.push(fine('endpoints come back', { ...world, hasCapacity: true }));
  if (budget.metrics > 0)
    for (const other of ['good', 'bad', 'both-bad', 'outage'] as const)
      if (other !== metrics)
        found.push(
          fine(`metrics: ${other}`, { ...world, metrics: other, budget: { ...budget, metrics: budget.metrics - 1 } }),
        );
  if (budget.capacity > 0)
    found.push(
      fine('endpoints come or go', {
        ...world,
        hasCapacity: !hasCapacity,
        budget: { ...budget, capacity: budget.capacity - 1 },
      }),
    );
  return found;
}

const markerIn = (object: KubernetesObject): string | null =>
  /weft-[a-z0-9]+-\d+/.exec(JSON.stringify(object.spec?.['http'] ?? []))?.[0] ?? null;

/** What makes two worlds the same: numbers that only grow count by their order, times by what they have reached. */
export function keyOf(plan: Plan, world: World): string {
  const lying = rolloutOf(world.object);
  const share = canaryShares([world.object], plan.target);
  const marker = markerIn(world.object);
  const relative = (rollout: Rollout | undefined): unknown => {
    if (rollout === undefined) return null;
    const active = rollout.phase === 'Paused' ? rollout.paused : rollout;
    const shift = shiftOf(rollout);
    return [
      rollout.phase,
      'reason' in rollout ? rollout.reason.cause : 0,
      active.phase,
      'step' in active ? [active.step, active.weight, active.wish, active.heldMs >= TICK_MS] : 0,
      'drainedMs' in active ? active.drainedMs >= TICK_MS : 0,
      shift === null
        ? 0
        : [intentOf(rollout).marker === marker, intentOf(rollout).marker === world.held, shift.acknowledged !== null],
      // Once all proxies hold a weight, nobody asks any more how long it took them.
      shift === null || shift.acknowledged !== null
        ? 0
        : [Math.min(REWRITE_MS, shift.pendingMs), Math.min(GIVEN_UP_MS, shift.unacknowledgedMs)],
      rollout.verdict?.verdict,
      rollout.blindMs !== null,
      rollout.holder?.pid,
      Math.min(rollout.restores, 9),
    ];
  };
  const engines = world.engines.map((engine, index) =>
    engine === null
      ? 0
      : // Whatever it remembers, its next read tells it that it has lost.
        lying !== undefined && lying.holder?.pid !== index + 1
        ? 'lost'
        : [
            relative(engine.rollout),
            versionOf(engine.view) === versionOf(world.object),
            engine.rollout.revision - (lying?.revision ?? 0) > 0
              ? 1
              : engine.rollout.revision === lying?.revision
                ? 0
                : -1,
            canaryShares([engine.view], plan.target).most,
            markerIn(engine.view) === intentOf(engine.rollout).marker,
            engine.isIntact,
            engine.asked.acknowledgement?.result?.ok === true ? engine.asked.acknowledgement.result.value.state : 0,
            engine.asked.capacity?.result?.ok === true ? engine.asked.capacity.result.value.canary.readyEndpoints : 0,
            engine.isSampled,
          ],
  );
  return JSON.stringify([
    relative(lying),
    share,
    marker === world.held,
    marker === null,
    world.metrics,
    world.hasCapacity,
    engines,
    world.budget,
    world.isForeign,
  ]);
}
