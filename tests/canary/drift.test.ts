import { describe, expect, test } from 'vitest';
import { desiredVirtualService } from '../../charts-src/canary/desired.ts';
import { driftOf } from '../../charts-src/canary/drift.ts';
import { begin, evolve } from '../../charts-src/canary/evolve.ts';
import type { Plan } from '../../charts-src/canary/plan.ts';
import type { KubernetesObject } from '../../charts-src/canary/ports/cluster.ts';
import type { Rollout } from '../../charts-src/canary/rollout.ts';
import { routesBefore, type Fields } from '../../charts-src/canary/routes.ts';
import { HOST, plan, route, virtualService, weight } from '../support/canary-mesh.ts';

const at = '2026-01-01T00:00:00Z';
const toCanary = { destination: { host: HOST, subset: 'v2' } };
const toStable = { destination: { host: HOST, subset: 'v1' } };
const byHeader = [{ headers: { 'x-tester': { exact: 'yes' } } }];
const match = [{ headers: { 'x-canary': { exact: 'yes' } }, cookies: {}, sourceLabels: {} }];

/** A run in its first step of 10 %, and what lies there then. */
function running(http: readonly unknown[] = [route()], given: Plan = plan({ steps: [10, 50] })) {
  const object = virtualService(http);
  const holder = { host: 'a', pid: 1, startedAt: 'x' };
  const begun = begin({ run: 'r', plan: given, holder, at, stableReady: 4 });
  const before = [routesBefore(object, given.target)];
  const rollout = evolve(begun, { type: 'stepped', at, step: 0, weight: weight(10), before });
  return { object, rollout, live: desiredVirtualService(object, rollout, 0) };
}

const httpOf = ({ spec }: KubernetesObject): readonly Fields[] => spec?.['http'] as unknown as readonly Fields[]; // as tests write it

const edited = (live: KubernetesObject, edit: (http: readonly Fields[]) => readonly unknown[]): KubernetesObject => ({
  ...live,
  spec: { ...live.spec, http: edit(httpOf(live)) as never },
});

/** Where each route sends, by subset or host. */
const sentBy = (object: KubernetesObject): readonly string[] =>
  httpOf(object).map((one) =>
    (one['route'] as unknown as { destination: { host: string; subset?: string }; weight?: number }[])
      .map(({ destination, weight: part }) => `${destination.subset ?? destination.host}=${part ?? '-'}`)
      .join(' '),
  );

const named = { ...plan({ steps: [10, 50] }).target, routes: ['default'] };
const ofNamedRoutes: Plan = { ...plan({ steps: [10, 50] }), target: named };

test('a short host is read in the namespace of its VirtualService, wherever the target is', () => {
  const short = (subset: string, percent: number) => ({
    destination: { host: 'order-service', subset },
    weight: percent,
  });
  const mirrored = [{ weight: weight(10), mirror: weight(5), holdMs: 0, pause: false, analysed: true }];
  const given = plan({ match, steps: mirrored });
  const target = { ...given.target, namespace: 'edge' };
  const http = [{ name: 'default', timeout: '1s', route: [short('v1', 300), short('v2', 0)] }];
  const { object, rollout, live } = running(http, { ...given, target });
  expect(sentBy(live)).toEqual(['v2=-', 'v1=90 v2=10']);
  expect(httpOf(live)[1]).toMatchObject({ mirror: { host: 'order-service', subset: 'v2' } });
  const said = (['abort', 'finished', 'undo', 'finished'] as const).map((type) => ({ type, at }));
  expect(desiredVirtualService(live, said.reduce<Rollout>(evolve, rollout), 0).spec).toEqual(object.spec);
});

describe('a route that somebody adds in mid-run', () => {
  test.each<{ name: string; added: readonly unknown[]; plan?: Plan; says: RegExp; becomes: readonly string[] }>([
    {
      name: 'to the canary alone, in front of all',
      added: [{ name: 'testers', match: byHeader, route: [toCanary] }],
      says: /had 100 % instead of 10 % in route "testers", which was not there when the run began/,
      becomes: ['v1=90 v2=10', 'v1=90 v2=10'],
    },
    {
      name: 'to the canary alone, though it is written that it weighs nothing',
      added: [{ name: 'testers', match: byHeader, route: [{ ...toCanary, weight: 0 }] }],
      says: /had 100 % instead of 10 % in route "testers", which was not there when the run began/,
      becomes: ['v1=90 v2=10', 'v1=90 v2=10'],
    },
    {
      name: 'to the canary alone, without match and name',
      added: [{ route: [toCanary] }],
      says: /had 100 % instead of 10 % in a route of http without a name/,
      becomes: ['v1=90 v2=10', 'v1=90 v2=10'],
    },
    {
      name: 'with the name and match of ours',
      added: [{ ...route(), route: [toCanary] }],
      says: /had 100 % instead of 10 %/,
      becomes: ['v1=90 v2=10', 'v1=90 v2=10'],
    },
    {
      name: 'to the canary beside others',
      added: [{ name: 'mixed', match: byHeader, route: [{ ...toCanary, weight: 40 }, { destination: { host: 'web' }, weight: 60 }] }], // prettier-ignore
      says: /had 100 % instead of 10 % in route "mixed"/,
      becomes: ['v1=36 v2=4 web=60', 'v1=90 v2=10'],
    },
    {
      name: 'to the canary alone, where the plan names its routes',
      added: [{ name: 'testers', match: byHeader, route: [toCanary] }],
      plan: ofNamedRoutes,
      says: /had 100 % instead of 0 % in route "testers", which the run does not move/,
      becomes: ['v1=100 v2=0', 'v1=90 v2=10'],
    },
    {
      name: 'to both, where the plan names its routes',
      added: [{ name: 'half', match: byHeader, route: [{ ...toStable, weight: 50 }, { ...toCanary, weight: 50 }] }], // prettier-ignore
      plan: ofNamedRoutes,
      says: /had 50 % instead of 0 % in route "half"/,
      becomes: ['v1=100 v2=0', 'v1=90 v2=10'],
    },
  ])('$name: is drift, and taken back', ({ added, plan: given, says, becomes }) => {
    const { live, rollout } = running([route()], given);
    const found = edited(live, (http) => [...added, ...http]);
    expect(driftOf(found, rollout)).toMatchObject({ isMore: true, found: expect.stringMatching(says) as unknown });
    const right = desiredVirtualService(found, rollout, 0);
    expect(sentBy(right)).toEqual(becomes);
    expect(driftOf(right, rollout)).toBeUndefined();
    expect(desiredVirtualService(right, rollout, 0)).toEqual(right);
  });

  test.each<{ name: string; added: unknown }>([
    { name: 'to somebody else', added: { match: byHeader, route: [{ destination: { host: 'web' } }] } },
    { name: 'to the canary with weight 0', added: { match: byHeader, route: [{ destination: { host: 'web' }, weight: 100 }, { ...toCanary, weight: 0 }] } }, // prettier-ignore
  ])('$name: stays as it is', ({ added }) => {
    const { live, rollout } = running();
    const found = edited(live, (http) => [added, ...http]);
    expect(driftOf(found, rollout)).toBeUndefined();
  });

  test('nothing of it is left for the canary after a rollback or an undo', () => {
    const { live, rollout } = running();
    const found = edited(live, (http) => [{ name: 'testers', match: byHeader, route: [toCanary] }, ...http]);
    const right = desiredVirtualService(found, rollout, 0);
    const end = (one: Rollout): Rollout => evolve(one, { type: 'finished', at });
    const rolledBack = end(evolve(rollout, { type: 'abort', at }));
    expect(sentBy(desiredVirtualService(right, rolledBack, 0))).toEqual(['v1=100 v2=0', 'v1=100 v2=0']);
    const undone = end(evolve(rolledBack, { type: 'undo', at }));
    expect(sentBy(desiredVirtualService(right, undone, 0))).toEqual(['v1=100 v2=0', 'v1=100 v2=0']);
  });

  test('whoever is to have all requests may have it for itself as well', () => {
    const { live, rollout } = running();
    const found = edited(live, (http) => [{ name: 'testers', match: byHeader, route: [toCanary] }, ...http]);
    const promoting = evolve(rollout, { type: 'promoted', at });
    expect(sentBy(desiredVirtualService(found, promoting, 0))).toEqual(['v2=-', 'v1=0 v2=100']);
  });
});

describe('a route to the canary that was there when the run began', () => {
  const testers = { name: 'testers', match: byHeader, route: [{ ...toCanary, weight: 20 }, { destination: { host: 'web' }, weight: 80 }] }; // prettier-ignore

  test('is left alone, and undo gives the very bytes', () => {
    const { object, live, rollout } = running([testers, route()]);
    expect(httpOf(live)[0]).toEqual(testers);
    expect(driftOf(live, rollout)).toBeUndefined();
    const rolledBack = evolve(evolve(rollout, { type: 'abort', at }), { type: 'finished', at });
    const undone = evolve(evolve(rolledBack, { type: 'undo', at }), { type: 'finished', at });
    expect(desiredVirtualService(live, undone, 0)).toEqual(object);
  });

  test('gets no more than it had', () => {
    const { live, rollout } = running([testers, route()]);
    const found = edited(live, ([, ...http]) => [{ ...testers, route: [toCanary] }, ...http]);
    expect(driftOf(found, rollout)).toMatchObject({
      isMore: true,
      found: 'the canary had 100 % instead of 20 % in route "testers", which the run does not move',
    });
    expect(desiredVirtualService(found, rollout, 0)).toEqual(live);
  });

  test('may get less: it is not the run that gave it', () => {
    const { live, rollout } = running([testers, route()]);
    const found = edited(live, ([, ...http]) => http);
    expect(driftOf(found, rollout)).toBeUndefined();
  });
});

describe("the plan's own match routes", () => {
  const matching = plan({ steps: [10, 50], match });

  test('are as they should be', () => {
    const { live, rollout } = running([route()], matching);
    expect(sentBy(live)).toEqual(['v2=-', 'v1=90 v2=10']);
    expect(driftOf(live, rollout)).toBeUndefined();
  });

  test('that somebody opens for everybody give the canary more', () => {
    const { live, rollout } = running([route()], matching);
    const found = edited(live, ([first, ...http]) => [{ ...first, match: undefined }, ...http]);
    expect(driftOf(found, rollout)).toMatchObject({ isMore: true, isLess: false });
    expect(desiredVirtualService(found, rollout, 0)).toEqual(live);
  });

  test('that somebody takes away are put back without being counted', () => {
    const { live, rollout } = running([route()], matching);
    const found = edited(live, ([, ...http]) => http);
    expect(driftOf(found, rollout)).toMatchObject({ isMore: false, isLess: false });
    expect(desiredVirtualService(found, rollout, 0)).toEqual(live);
  });

  test('that come back after a rollback give the canary more', () => {
    const { live, rollout } = running([route()], matching);
    const back = evolve(rollout, { type: 'abort', at });
    expect(driftOf(live, back)).toMatchObject({ isMore: true });
  });
});

test('before anything is shifted, routes to the canary are whatever they are', () => {
  const { object, rollout } = running();
  const begun = begin({ ...rollout, holder: { host: 'a', pid: 1, startedAt: 'x' }, at, stableReady: 4 });
  const found = edited(object, (http) => [{ name: 'testers', match: byHeader, route: [toCanary] }, ...http]);
  expect(driftOf(found, begun)).toBeUndefined();
});
