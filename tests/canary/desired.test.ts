import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ALL } from '../../charts-src/canary/basis-points.ts';
import { desiredVirtualService } from '../../charts-src/canary/desired.ts';
import { begin, evolve } from '../../charts-src/canary/evolve.ts';
import type { KubernetesObject } from '../../charts-src/canary/ports/cluster.ts';
import type { Rollout } from '../../charts-src/canary/rollout.ts';
import { keptState } from '../../charts-src/canary/rollout-annotations.ts';
import { canaryShare, movedRoutes, routesBefore, weigh, type Fields } from '../../charts-src/canary/routes.ts';
import { HOST, plan, virtualService } from '../support/canary-mesh.ts';

const RUNS = 300;
const at = '2026-01-01T00:00:00Z';
const HOLDER = { host: 'a', pid: 1, startedAt: 'x' };

/** Istio reads a short name in the namespace of the VirtualService. */
const host = fc.constantFrom(HOST, 'order-service');
const weight = fc.integer({ min: 0, max: 200 });
const others = fc.record(
  {
    timeout: fc.constantFrom('1s', '250ms'),
    retries: fc.record({ attempts: fc.nat(5) }),
    headers: fc.constant({ request: { set: { a: 'b' } } }),
  },
  { requiredKeys: [] },
);

/** Destinations with the stable arm and perhaps the canary, in any order among those of others. */
const destinations = fc
  .record({
    host,
    stable: fc.integer({ min: 1, max: 200 }),
    canary: fc.option(weight, { nil: undefined }),
    foreign: fc.array(fc.record({ name: fc.constantFrom('partner', 'legacy', 'v3'), weight }), { maxLength: 2 }),
    turn: fc.nat(3),
  })
  .map(({ host: to, stable, canary, foreign, turn }) => {
    const ours = [
      { destination: { host: to, subset: 'v1', port: { number: 80 } }, weight: stable },
      ...(canary === undefined ? [] : [{ destination: { host: to, subset: 'v2' }, weight: canary }]),
    ];
    const theirs = foreign.map(({ name, weight: given }) => ({
      destination: name === 'v3' ? { host: HOST, subset: 'v3' } : { host: name },
      weight: given,
    }));
    const all = [...ours, ...theirs];
    return [...all.slice(turn % all.length), ...all.slice(0, turn % all.length)];
  });
/** What is none of the run's business: another host, and a route to the canary alone that was there before. */
const elsewhere = fc.constantFrom(
  [{ destination: { host: 'web' } }],
  [{ destination: { host: HOST, subset: 'v2' } }],
  [
    { destination: { host: HOST, subset: 'v2' }, weight: 30 },
    { destination: { host: 'web' }, weight: 70 },
  ],
);
const name = fc.option(fc.constantFrom('a', 'b.c', 'default'), { nil: undefined });
const match = fc.option(fc.constantFrom([{ uri: { prefix: '/api' } }], [{ headers: { x: { exact: '1' } } }]), {
  nil: undefined,
});

const httpRoute = fc
  .record({ name, match, others, route: fc.oneof({ weight: 3, arbitrary: destinations }, elsewhere) })
  .map(({ name: given, match: asks, others: more, route }) => ({
    ...(given !== undefined && { name: given }),
    ...(asks !== undefined && { match: asks }),
    ...more,
    route,
  }));
const streamRoute = fc.record({ match: fc.constant([{ port: 443 }]), route: fc.oneof(destinations, elsewhere) });

/** VirtualServices of all sorts, with annotations and fields that nobody here knows. */
const anyVirtualService = fc
  .record({
    http: fc.array(httpRoute, { minLength: 1, maxLength: 4 }),
    tcp: fc.array(streamRoute, { maxLength: 2 }),
    annotations: fc.option(fc.constant({ 'example.com/owner': 'shop' }), { nil: undefined }),
    exportTo: fc.option(fc.constant(['.']), { nil: undefined }),
  })
  .map(({ http, tcp, annotations, exportTo }): KubernetesObject => {
    const plain = virtualService(http);
    return {
      ...plain,
      metadata: { ...plain.metadata, ...(annotations && { annotations }) },
      // As written above: JSON.
      spec: { ...plain.spec, ...(tcp.length > 0 && { tcp }), ...(exportTo && { exportTo }) } as NonNullable<
        KubernetesObject['spec']
      >,
    };
  })
  .filter((object) => movedRoutes(object, plan().target).length > 0);

const share = fc.integer({ min: 0, max: ALL }).map((given) => given as typeof ALL); // from 0 to 10,000

function stepped(object: KubernetesObject, weights: readonly (typeof ALL)[]): Rollout {
  const given = plan({ steps: weights.map((one) => ({ weight: one })) });
  const begun = begin({ run: 'r', plan: given, holder: HOLDER, at, stableReady: 1 });
  const before = [routesBefore(object, given.target)];
  return weights.reduce(
    (rollout: Rollout, one, step) =>
      evolve(rollout, { type: 'stepped', at, step, weight: one, ...(step === 0 && { before }) }),
    begun,
  );
}

/** An object without what a run may change: weights of both arms, the marker, our annotations. */
function unmoved(object: KubernetesObject): unknown {
  const { annotations = {}, ...metadata } = object.metadata;
  const theirs = Object.entries(annotations).filter(([key]) => !key.startsWith('canary.weftmesh/'));
  const moved = new Map(movedRoutes(object, plan().target).map((route) => [route.route, route]));
  const routes = (list: unknown): unknown =>
    (list as readonly Fields[]).map((route) => {
      const ours = moved.get(route);
      if (ours === undefined) return route;
      const { both, total } = totals(ours);
      return {
        ...route,
        name: ours.name,
        route: ours.destinations.flatMap(({ weight: given, ...destination }, index): readonly object[] => {
          if (index === ours.stable) return [{ ...destination, both: both / total }];
          return index === ours.canary ? [] : [{ ...destination, share: Number(given ?? 0) / total }];
        }),
      };
    });
  const { http, tcp, ...spec } = object.spec ?? {};
  return {
    ...object,
    metadata: { ...metadata, theirs },
    spec: { ...spec, http: routes(http), tcp: tcp && routes(tcp) },
  };
}

function totals(route: ReturnType<typeof movedRoutes>[number]) {
  const { stable, canary, others: theirs } = weigh(route);
  return { both: stable + canary, total: stable + canary + theirs.reduce((sum, one) => sum + one, 0) };
}

const property = (check: (object: KubernetesObject, one: typeof ALL, other: typeof ALL) => void): void =>
  fc.assert(fc.property(anyVirtualService, share, share, check), { numRuns: RUNS });

test('nothing changes but weights of both arms, markers and our annotations; others keep their share', () => {
  property((object, one) => {
    const written = desiredVirtualService(object, stepped(object, [one]), 0);
    const [before, after] = [unmoved(object), unmoved(written)].map((value) =>
      JSON.parse(
        JSON.stringify(value, (_, part: unknown) =>
          typeof part === 'number' ? Math.round(part * 1e9) / 1e9 : part === '' ? undefined : part,
        ),
      ),
    );
    expect(after).toEqual(before);
  });
});

test('the canary gets exactly its share, in whole numbers, in every route of ours', () => {
  property((object, one) => {
    const written = desiredVirtualService(object, stepped(object, [one]), 0);
    for (const route of movedRoutes(written, plan().target)) {
      const { stable, canary } = weigh(route);
      expect(canaryShare({ stable, canary })).toBe(one / ALL);
      expect([stable, canary].every(Number.isInteger)).toBe(true);
    }
  });
});

test('it is the same whoever wrote before, and however often it is written', () => {
  property((object, one, other) => {
    const [low, high] = one < other ? [one, other] : [other, one];
    const twice = stepped(object, [low, high]);
    const direct = desiredVirtualService(object, twice, 0);
    const stepwise = desiredVirtualService(desiredVirtualService(object, stepped(object, [low]), 0), twice, 0);
    expect(stepwise).toEqual(direct);
    expect(desiredVirtualService(direct, twice, 0)).toEqual(direct);
  });
});

test('undo gives back the very bytes', () => {
  property((object, one) => {
    const run = stepped(object, [one]);
    const written = desiredVirtualService(object, run, 0);
    const rolledBack = evolve(evolve(run, { type: 'abort', at }), { type: 'finished', at });
    const undone = evolve(evolve(rolledBack, { type: 'undo', at }), { type: 'finished', at });
    expect(desiredVirtualService(written, undone, 0)).toEqual(object);
  });
});

test('what is written on the object is what is read from it, and nothing that somebody edited', () => {
  property((object, one) => {
    const run = stepped(object, [one]);
    const written = desiredVirtualService(object, run, 0);
    expect(keptState(written)).toEqual({ kept: 'rollout', rollout: run });
    const annotations = { ...written.metadata.annotations, 'canary.weftmesh/holder': '{}' };
    expect(keptState({ metadata: { ...written.metadata, annotations } }).kept).toBe('unreadable');
  });
});
