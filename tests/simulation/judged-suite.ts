import { weight, plan } from '../support/canary-mesh.ts';
import { standingOf } from '../../charts-src/canary/adopt.ts';
import { claimOf, SILENCE_MS } from '../../charts-src/canary/claim.ts';
import { isSame } from '../../charts-src/canary/canonical-json.ts';
import { desiredVirtualService } from '../../charts-src/canary/desired.ts';
import { begin, evolve } from '../../charts-src/canary/evolve.ts';
import { fit } from '../../charts-src/canary/fit.ts';
import type { Rollout } from '../../charts-src/canary/rollout.ts';
import { keptState } from '../../charts-src/canary/rollout-annotations.ts';
import { routesBefore } from '../../charts-src/canary/routes.ts';
import { DESTINATION_RULE, HOST, route, virtualService } from '../support/canary-mesh.ts';
import type { Fault } from './faulty-ports.ts';
import { SCENARIOS } from './scenarios.ts';
import { simulate, violations, type Scenario } from './simulated-run.ts';

/** Faults that are enough to show most mistakes: each strikes at a few calls. */
const FAULTY: readonly (readonly [scenario: string, call: number, fault: Fault])[] = [
  ['three steps', 9, 'crash-before'],
  ['three steps', 9, 'crash-after'],
  ['three steps', 6, 'lost-answer'],
  ['three steps', 13, 'lost-answer'],
  ['three steps', 12, 'stale-read'],
  ['three steps', 6, 'conflict'],
  ['three steps', 9, 'second-engine'],
  ['metrics turn bad', 20, 'crash-after'],
  ['hooks and a gate that opens late', 8, 'crash-after'],
  ['two VirtualServices', 32, 'crash-before'],
];

/** Everything that the suite has to say against the code as it is; nothing: it is fine. Ends at the first find. */
export async function objection(): Promise<string | undefined> {
  const early = values();
  if (early !== undefined) return early;
  for (const scenario of SCENARIOS) {
    const found = violations(scenario, await simulate(scenario, () => undefined));
    if (found.length > 0) return `${scenario.name}: ${found.join('; ')}`;
  }
  for (const [name, call, fault] of FAULTY) {
    const scenario = SCENARIOS.find((one) => one.name === name);
    if (scenario === undefined) return `there is no scenario ${name}`;
    const found = violations(scenario, await simulate(scenario, (at) => (at === call ? fault : undefined)));
    if (found.length > 0) return `${name}, ${fault} at call ${call}: ${found.join('; ')}`;
  }
  return (await unwritten()) ?? undo();
}

/** A run of which one write after the other fails, or only seems to: an error is never taken for a success, nor a success for one. */
async function unwritten(): Promise<string | undefined> {
  const scenario: Scenario = { name: 'a write fails', plan: plan({ steps: [10, 50] }), ends: 'Promoted' };
  const writes: number[] = [];
  await simulate(scenario, (call, name) => void (name === 'replaceVirtualService' && writes.push(call)));
  for (const fault of ['failing', 'timed-out', 'lost-answer'] as const)
    for (const write of writes) {
      const found = violations(scenario, await simulate(scenario, (call) => (call === write ? fault : undefined)));
      if (found.length > 0) return `${fault} at write ${write}: ${found.join('; ')}`;
    }
  return undefined;
}

/** Undo gives what was there before the run, also where the canary had something already. */
async function undo(): Promise<string | undefined> {
  const before = virtualService([route({ v1: 90, v2: 10 })]);
  const scenario: Scenario = { name: 'undo', plan: plan({ steps: [25] }), objects: [before], ends: 'Promoted' };
  const { mesh, rollout } = await simulate(scenario, () => undefined);
  const live = mesh.cluster.get('VirtualService', before.metadata);
  if (live === undefined || rollout === undefined) return 'there is nothing to undo';
  const at = mesh.clock.wallTime();
  const undoing = evolve(rollout, { type: 'undo', at });
  const undone = evolve(undoing, { type: 'finished', at });
  const onTheWay = desiredVirtualService(live, undoing, 0);
  const shares = weightsOf(onTheWay);
  if (shares.join() !== '90,10') return `while it is undone, weights are ${shares.join()}`;
  const { spec } = desiredVirtualService(onTheWay, undone, 0);
  return isSame(spec, before.spec) ? undefined : `undo gives ${JSON.stringify(spec)}`;
}

/** What can be said of single values. */
function values(): string | undefined {
  const foreign = { destination: { host: 'partner' }, weight: 20 };
  const [own] = virtualService([route({ v1: 80, v2: 0 })]).spec?.['http'] as unknown as { route: unknown[] }[]; // as written above
  const object = virtualService([
    { name: 'first', match: [{ uri: { prefix: '/static' } }], route: [{ destination: { host: 'web' }, weight: 100 }] },
    { ...own, route: [...(own?.route ?? []), foreign] },
  ]);
  const at = '2026-01-01T00:00:00Z';
  const holder = { host: 'a', pid: 1, startedAt: 'x' };
  const begun = begin({ run: 'r', plan: plan({ steps: [12.5] }), holder, at, stableReady: 4 });
  const before = [routesBefore(object, begun.plan.target)];
  const stepped = evolve(begun, { type: 'stepped', at, step: 0, weight: weight(12.5), before });
  const written = desiredVirtualService(object, stepped, 0);
  const weights = weightsOf(written);
  if (weights.join() !== '100,70,10,20') return `weights beside a foreign destination are ${weights.join()}`;
  const back = evolve(evolve(stepped, { type: 'rolled-back', at, reason: { cause: 'bad', message: '' } }), {
    type: 'finished',
    at,
  });
  if (!isSame(desiredVirtualService(written, back, 0).spec, object.spec)) return 'a rollback leaves something behind';
  const undone = evolve(evolve(back, { type: 'undo', at }), { type: 'finished', at });
  if (!isSame(desiredVirtualService(written, undone, 0), object)) return 'undo leaves something behind';
  if (standingOf(stepped, desiredVirtualService(object, begun, 0)).standing !== 'wiped')
    return 'an older copy of the state that came back is believed';
  const kept = keptState(written);
  if (kept.kept !== 'rollout' || !isSame(kept.rollout, stepped)) return 'what was written is not what is read';
  const edited = { ...written.metadata.annotations, 'canary.weftmesh/revision': '9' };
  if (keptState({ metadata: { ...written.metadata, annotations: edited } }).kept !== 'unreadable')
    return 'an edited annotation is believed';
  if (Object.keys(written.metadata.annotations ?? {}).some((key) => key.includes('istio.io')))
    return 'a key makes every heartbeat a push';
  return claims(begun) ?? fits() ?? strays();
}

/** A route to the canary alone: of before the run it is none of ours, and one that comes later takes what is planned. */
function strays(): string | undefined {
  const at = '2026-01-01T00:00:00Z';
  const alone = (name: string) => ({ name, route: [{ destination: { host: HOST, subset: 'v2' }, weight: 100 }] });
  const object = virtualService([alone('own'), route()]);
  const later = (live: typeof object) => virtualService([alone('later'), ...(live.spec?.['http'] as unknown[])]); // as written above
  const weights = (routes: readonly string[] | null): string => {
    const given = plan({ steps: [10] });
    const target = { ...given.target, routes };
    const holder = { host: 'a', pid: 1, startedAt: 'x' };
    const begun = begin({ run: 'r', plan: { ...given, target }, holder, at, stableReady: 4 });
    const before = [routesBefore(object, target)];
    const stepped = evolve(begun, { type: 'stepped', at, step: 0, weight: weight(10), before });
    return weightsOf(desiredVirtualService(later(desiredVirtualService(object, stepped, 0)), stepped, 0)).join();
  };
  if (weights(null) !== '90,10,100,90,10') return `a route that comes later and one of before get ${weights(null)}`;
  const named = weights(['default']);
  return named === '100,0,100,90,10' ? undefined : `where routes are named, they get ${named}`;
}

function claims(begun: Rollout): string | undefined {
  const signs = { life: 'unknown', ageMs: SILENCE_MS * 2, silentMs: 0, takeOver: false } as const;
  if (claimOf(begun, signs).claim !== 'watch') return 'the time of day alone takes a run away';
  if (claimOf(begun, { ...signs, ageMs: 1_000 }).claim !== 'held') return 'a heart that beats is ignored';
  if (claimOf(begun, { ...signs, life: 'alive' }).claim !== 'held') return 'a process that lives is ignored';
  return claimOf(begun, { ...signs, silentMs: SILENCE_MS }).claim === 'take' ? undefined : 'nobody ever takes over';
}

function fits(): string | undefined {
  const mesh = { virtualServices: [virtualService()], destinationRule: DESTINATION_RULE, all: [virtualService()] };
  const rival = virtualService([route()], 'rival');
  const given = plan();
  if (fit(given, mesh).problems.length > 0) return 'a plan that fits is refused';
  if (fit(given, { ...mesh, all: [rival] }).problems.length === 0) return 'a rival VirtualService is not seen';
  const target = { ...given.target, canary: { host: HOST, subset: 'v3' } };
  return fit({ ...given, target }, mesh).problems.length > 0 ? undefined : 'a subset that is not declared is not seen';
}

const weightsOf = ({ spec }: ReturnType<typeof virtualService>): readonly number[] =>
  (spec?.['http'] as unknown as { route: { weight: number }[] }[]).flatMap((one) => one.route.map((to) => to.weight)); // as written above
