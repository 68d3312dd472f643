import { describe, expect, test } from 'vitest';
import type { AcknowledgementQuestion } from '../../charts-src/canary/ports/acknowledgement.ts';
import type { PortFailure, Result } from '../../charts-src/canary/ports/failure.ts';
import { holdsWrite, routesPath, routesTo } from '../../scripts/cluster/data-plane/envoy-routes.ts';
import { liveDataPlane } from '../../scripts/cluster/data-plane/live-data-plane.ts';
import { judgeVersions } from '../../scripts/cluster/data-plane/proxy-versions.ts';
import type { Source } from '../../scripts/cluster/data-plane/source.ts';
import { readSyncz } from '../../scripts/cluster/data-plane/syncz.ts';
import type { PodState, WayIn } from '../../scripts/cluster/data-plane/way-in.ts';

const HOST = 'orders.shop.svc.cluster.local';

/** A proxy of a mesh that is played: what its istiod sent it, what it acknowledged, and what its Envoy has. */
interface PlayedProxy {
  sent: number;
  acked: number;
  /** Undefined: it has no route to the host. */
  marker: string | undefined;
  state: PodState;
  /** Whether its admin port answers. */
  isSilent: boolean;
  isConnected: boolean;
}

/** A mesh of one or more istiods, each with the proxies that are connected with it. */
function playedMesh(istiods: Readonly<Record<string, Readonly<Record<string, Partial<PlayedProxy>>>>>) {
  const meshes = Object.entries(istiods).map(([name, proxies]) => ({
    name,
    proxies: new Map(
      Object.entries(proxies).map(([id, given]): [string, PlayedProxy] => [
        id,
        { sent: 1, acked: 1, marker: 'old', state: 'serving', isSilent: false, isConnected: true, ...given },
      ]),
    ),
  }));
  const all = new Map(meshes.flatMap(({ proxies }) => [...proxies]));
  const proxy = (id: string): PlayedProxy => {
    const found = all.get(id);
    if (found === undefined) throw new Error(`no proxy ${id}`);
    return found;
  };
  let refusal: PortFailure | undefined;
  let nowMs = 0;
  const dumps: string[] = [];
  const way: WayIn = {
    how: 'in a play',
    envoys: [],
    envoysAreAll: false,
    envoy: ({ namespace, pod }) => {
      const id = `${pod}.${namespace}`;
      if (!all.has(id)) return undefined;
      return source(id, () => {
        dumps.push(id);
        return proxy(id).isSilent ? 'silent' : dump(proxy(id).marker);
      });
    },
    istiods: () =>
      Promise.resolve({
        ok: true,
        value: meshes.map(({ name, proxies }) => ({
          isReady: true,
          source: source(name, () => refusal ?? syncz(proxies)),
        })),
      }),
    podState: ({ namespace, pod }) => Promise.resolve(proxy(`${pod}.${namespace}`).state),
    close: () => undefined,
  };
  return {
    way,
    dumps,
    proxy,
    plane: liveDataPlane(way, () => nowMs),
    pass: (ms: number): void => void (nowMs += ms),
    refuse: (failure: PortFailure): void => void (refusal = failure),
    /** A push reaches a proxy, and is acknowledged. */
    push: (version: number, marker: string | undefined, ...ids: readonly string[]): void => {
      for (const id of ids) Object.assign(proxy(id), { sent: version, acked: version, ...(marker && { marker }) });
    },
  };
}

const source = (name: string, answer: () => string | PortFailure): Source => ({
  name,
  get: (): Promise<Result<string>> => {
    const said = answer();
    if (said === 'silent')
      return Promise.resolve({
        ok: false,
        failure: { type: 'timed-out', retryable: true, uncertain: false, message: `${name} says nothing` },
      });
    return Promise.resolve(typeof said === 'string' ? { ok: true, value: said } : { ok: false, failure: said });
  },
  close: () => undefined,
});

const nonce = (version: number): string => `2026-11-27T03:00:00Z/${version}${'x'.repeat(36)}`;

const syncz = (proxies: ReadonlyMap<string, PlayedProxy>): string =>
  JSON.stringify(
    [...proxies]
      .filter(([, { isConnected }]) => isConnected)
      .map(([proxy, { sent, acked }]) => ({
        proxy,
        proxy_type: 'sidecar',
        ...(sent > 0 && { route_sent: nonce(sent) }),
        ...(acked > 0 && { route_acked: nonce(acked) }),
      })),
  );

const dump = (marker: string | undefined): string =>
  JSON.stringify({
    configs: [
      {
        route_config: {
          name: '80',
          virtual_hosts: [
            { routes: [{ name: 'other', route: { cluster: 'outbound|80||users.shop.svc.cluster.local' } }] },
            ...(marker === undefined
              ? []
              : [{ routes: [{ name: `all.${marker}`, route: { cluster: `outbound|80|v1|${HOST}` } }] }]),
          ],
        },
      },
    ],
  });

const question = (marker: string): AcknowledgementQuestion => ({
  hosts: [HOST],
  marker,
  virtualServices: [{ namespace: 'shop', name: 'orders' }],
  weights: [],
});

const never = new AbortController().signal;

const look = async ({ plane }: ReturnType<typeof playedMesh>, marker: string) => {
  const answer = await plane.acknowledgement(question(marker), never);
  if (!answer.ok) throw new Error(answer.failure.message);
  return answer.value;
};

describe('a write on its way', () => {
  test('is not there while everything that was sent is acknowledged', async () => {
    const mesh = playedMesh({ istiod: { 'a.shop': {}, 'b.shop': {} } });
    expect(await look(mesh, 'weft-r-1')).toMatchObject({ state: 'pending', markerSeen: false, holding: 0 });
    // Some other object was pushed in between.
    mesh.push(2, undefined, 'a.shop', 'b.shop');
    expect(await look(mesh, 'weft-r-1')).toMatchObject({ state: 'pending', markerSeen: false, holding: 0 });
  });

  test('is there when one proxy shows the marker and the others acknowledged that version', async () => {
    const mesh = playedMesh({ istiod: { 'a.shop': {}, 'b.shop': {}, 'c.other': {} } });
    await look(mesh, 'weft-r-1');
    mesh.push(2, 'weft-r-1', 'a.shop', 'b.shop');
    mesh.proxy('c.other').sent = 2;
    expect(await look(mesh, 'weft-r-1')).toEqual({
      state: 'pending',
      markerSeen: true,
      holding: 2,
      proxies: 3,
      lagging: [{ namespace: 'other', pod: 'c' }],
    });
    mesh.push(2, 'weft-r-1', 'c.other');
    expect(await look(mesh, 'weft-r-1')).toMatchObject({ state: 'acknowledged', proxies: 3 });
    expect(mesh.plane.asked.istiods).toBeGreaterThan(3);
  });

  test('a marker that begins like ours is not ours', async () => {
    const mesh = playedMesh({ istiod: { 'a.shop': { sent: 2, acked: 2, marker: 'weft-r-12' } } });
    expect(await look(mesh, 'weft-r-1')).toMatchObject({ state: 'pending', markerSeen: false });
  });

  test('is asked for of each istiod: the versions of one say nothing about those of another', async () => {
    const mesh = playedMesh({ one: { 'a.shop': {} }, two: { 'b.shop': { sent: 70, acked: 70 } } });
    await look(mesh, 'weft-r-1');
    mesh.push(2, 'weft-r-1', 'a.shop');
    expect(await look(mesh, 'weft-r-1')).toMatchObject({
      state: 'pending',
      markerSeen: true,
      lagging: [{ namespace: 'shop', pod: 'b' }],
    });
    mesh.push(71, 'weft-r-1', 'b.shop');
    expect(await look(mesh, 'weft-r-1')).toMatchObject({ state: 'acknowledged', proxies: 2 });
  });

  test('is asked for anew with the next marker', async () => {
    const mesh = playedMesh({ istiod: { 'a.shop': {}, 'b.shop': {} } });
    mesh.push(2, 'weft-r-1', 'a.shop', 'b.shop');
    expect(await look(mesh, 'weft-r-1')).toMatchObject({ state: 'acknowledged' });
    expect(await look(mesh, 'weft-r-2')).toMatchObject({ state: 'pending', markerSeen: false });
    mesh.push(3, 'weft-r-2', 'a.shop', 'b.shop');
    expect(await look(mesh, 'weft-r-2')).toMatchObject({ state: 'acknowledged', proxies: 2 });
  });
});

describe('proxies that are not waited for', () => {
  test('those without a route to the host: looked into once', async () => {
    const mesh = playedMesh({ istiod: { 'a.shop': {}, 'deaf.other': { marker: undefined } } });
    await look(mesh, 'weft-r-1');
    mesh.push(2, 'weft-r-1', 'a.shop');
    expect(await look(mesh, 'weft-r-1')).toMatchObject({ state: 'acknowledged', proxies: 1 });
    const looked = mesh.dumps.filter((id) => id === 'deaf.other').length;
    mesh.push(3, 'weft-r-2', 'a.shop');
    expect(await look(mesh, 'weft-r-2')).toMatchObject({ state: 'acknowledged', proxies: 1 });
    expect(mesh.dumps.filter((id) => id === 'deaf.other')).toHaveLength(looked);
  });

  test('those of pods that are about to end, once they are late', async () => {
    const mesh = playedMesh({ istiod: { 'a.shop': {}, 'b.shop': { state: 'leaving' } } });
    await look(mesh, 'weft-r-1');
    mesh.push(2, 'weft-r-1', 'a.shop');
    mesh.proxy('b.shop').sent = 2;
    expect(await look(mesh, 'weft-r-1')).toMatchObject({ state: 'pending' });
    mesh.pass(1_500);
    expect(await look(mesh, 'weft-r-1')).toMatchObject({ state: 'acknowledged', proxies: 1 });
  });
});

describe('proxies that are waited for', () => {
  test('one that is cut off from its istiod and still takes traffic', async () => {
    const mesh = playedMesh({ istiod: { 'a.shop': {}, 'b.shop': {} } });
    mesh.push(2, 'weft-r-1', 'a.shop', 'b.shop');
    await look(mesh, 'weft-r-1');
    mesh.proxy('b.shop').isConnected = false;
    mesh.push(3, 'weft-r-2', 'a.shop');
    expect(await look(mesh, 'weft-r-2')).toMatchObject({
      state: 'pending',
      lagging: [{ namespace: 'shop', pod: 'b' }],
    });
    // Back, and nothing was sent to it yet.
    Object.assign(mesh.proxy('b.shop'), { isConnected: true, sent: 0, acked: 0 });
    expect(await look(mesh, 'weft-r-2')).toMatchObject({ state: 'pending' });
    mesh.push(3, 'weft-r-2', 'b.shop');
    expect(await look(mesh, 'weft-r-2')).toMatchObject({ state: 'acknowledged', proxies: 2 });
  });

  test('one that is cut off and gone is not', async () => {
    const mesh = playedMesh({ istiod: { 'a.shop': {}, 'b.shop': {} } });
    mesh.push(2, 'weft-r-1', 'a.shop', 'b.shop');
    await look(mesh, 'weft-r-1');
    Object.assign(mesh.proxy('b.shop'), { isConnected: false, state: 'leaving' });
    mesh.push(3, 'weft-r-2', 'a.shop');
    expect(await look(mesh, 'weft-r-2')).toMatchObject({ state: 'acknowledged', proxies: 1 });
  });

  test('one that hangs is no witness for the others', async () => {
    const mesh = playedMesh({ istiod: { 'a.shop': {}, 'b.shop': {} } });
    mesh.push(2, 'weft-r-1', 'a.shop', 'b.shop');
    await look(mesh, 'weft-r-1');
    mesh.push(3, 'weft-r-2', 'b.shop');
    Object.assign(mesh.proxy('a.shop'), { sent: 3, isSilent: true });
    expect(await look(mesh, 'weft-r-2')).toMatchObject({
      state: 'pending',
      markerSeen: true,
      lagging: [{ namespace: 'shop', pod: 'a' }],
    });
  });
});

describe('an istiod', () => {
  test('that was started again counts from the beginning', async () => {
    const mesh = playedMesh({ istiod: { 'a.shop': { sent: 90, acked: 90 }, 'b.shop': { sent: 90, acked: 90 } } });
    await look(mesh, 'weft-r-1');
    mesh.push(1, 'weft-r-1', 'a.shop');
    mesh.push(1, undefined, 'b.shop');
    mesh.proxy('b.shop').acked = 0;
    expect(await look(mesh, 'weft-r-1')).toMatchObject({ state: 'pending', markerSeen: true, holding: 1 });
    mesh.push(1, 'weft-r-1', 'b.shop');
    expect(await look(mesh, 'weft-r-1')).toMatchObject({ state: 'acknowledged', proxies: 2 });
  });

  test('that lets nobody look leaves it to time, and says why', async () => {
    const mesh = playedMesh({ istiod: { 'a.shop': {} } });
    mesh.refuse({
      type: 'forbidden',
      retryable: false,
      verb: 'get',
      resource: '/debug/syncz',
      message: 'ask istiod: 403',
    });
    expect(await look(mesh, 'weft-r-1')).toEqual({
      state: 'unobservable',
      why: 'neither proxies nor istiod can be asked in a play (ask istiod: 403)',
    });
  });

  test('none of whose proxies routes to the host leaves it to time', async () => {
    const mesh = playedMesh({ istiod: { 'a.shop': { marker: undefined } } });
    expect(await look(mesh, 'weft-r-1')).toMatchObject({ state: 'unobservable' });
  });

  test('that answers rubbish is asked again', async () => {
    const { way } = playedMesh({});
    const plane = liveDataPlane({
      ...way,
      istiods: () =>
        Promise.resolve({ ok: true, value: [{ isReady: true, source: source('istiod', () => '<html>') }] }),
    });
    expect(await plane.acknowledgement(question('weft-r-1'), never)).toMatchObject({
      ok: false,
      failure: { type: 'unintelligible', retryable: true },
    });
  });
});

test('routes of TCP are asked nobody about: a route of HTTP to the same host would tell the wrong thing', async () => {
  const plane = liveDataPlane({
    ...playedMesh({}).way,
    envoysAreAll: true,
    envoys: [source('http://proxy', () => dump('default'))],
  });
  const ofStreams = { ...question('weft-r-1'), marker: null, weights: [] };
  expect(await plane.acknowledgement(ofStreams, never)).toEqual({
    ok: true,
    value: { state: 'unobservable', why: expect.stringContaining('routes of TLS or TCP') as unknown },
  });
});

describe('named proxies', () => {
  const named = (envoysAreAll: boolean, ...markers: readonly (string | undefined)[]) =>
    liveDataPlane({
      ...playedMesh({}).way,
      envoysAreAll,
      envoys: markers.map((marker, index) => source(`http://proxy-${index}`, () => dump(marker))),
    });

  test.each([
    { name: 'all hold it', all: true, markers: ['weft-r-1', 'weft-r-1'], is: { state: 'acknowledged', proxies: 2 } },
    {
      name: 'one does not',
      all: true,
      markers: ['weft-r-1', 'old'],
      is: { state: 'pending', lagging: [{ pod: 'http://proxy-1' }] },
    },
    {
      name: 'one has no route to the host',
      all: true,
      markers: ['weft-r-1', undefined],
      is: { state: 'acknowledged', proxies: 1 },
    },
    { name: 'none has', all: true, markers: [undefined], is: { state: 'unobservable' } },
    { name: 'our own holds it, others are unknown', all: false, markers: ['weft-r-1'], is: { state: 'unobservable' } },
    { name: 'our own does not hold it', all: false, markers: ['old'], is: { state: 'pending', markerSeen: false } },
  ])('$name', async ({ all, markers, is }) => {
    expect(await named(all, ...markers).acknowledgement(question('weft-r-1'), never)).toMatchObject({
      ok: true,
      value: is,
    });
  });
});

describe('what proxies and istiods print', () => {
  test('versions are the counter of a nonce; what has no routes has none', () => {
    const rows = [
      { proxy: 'a.b.shop', proxy_type: 'router', route_sent: nonce(12), route_acked: nonce(9) },
      { proxy: 'new.shop', proxy_type: 'sidecar' },
      { proxy: 'z.istio-system', proxy_type: 'ztunnel' },
      'rubbish',
    ];
    expect(readSyncz(JSON.stringify(rows))).toEqual([
      { id: 'a.b.shop', sent: 12, acked: 9 },
      { id: 'new.shop', sent: undefined, acked: undefined },
    ]);
    expect(readSyncz('<html>')).toBeUndefined();
    expect(readSyncz('{}')).toBeUndefined();
  });

  test.each([
    { sent: 5, acked: 5, without: 3, holding: 5, is: 'holds' },
    { sent: 6, acked: 5, without: 3, holding: 5, is: 'holds' },
    { sent: 5, acked: 4, without: 3, holding: 5, is: 'lags' },
    { sent: 4, acked: 4, without: 3, holding: 5, is: 'between' },
    { sent: 3, acked: 3, without: 3, holding: 5, is: 'untouched' },
    { sent: 5, acked: 5, without: 3, holding: undefined, is: 'lags' },
    { sent: undefined, acked: undefined, without: 3, holding: 5, is: 'routeless' },
  ] as const)('sent $sent, acknowledged $acked: $is', ({ sent, acked, without, holding, is }) => {
    expect(judgeVersions({ id: 'a.shop', sent, acked }, { without, holding })).toBe(is);
  });

  test('without a marker the weights tell, and that the last marker is gone', () => {
    const route = (name: string, v1: number, v2: number) => {
      const clusters = [
        { name: `outbound|80|v1|${HOST}`, weight: v1 },
        { name: `outbound|80|v2|${HOST}`, weight: v2 },
      ];
      const routes = [
        { name, route: { weighted_clusters: { clusters: clusters.filter(({ weight }) => weight > 0) } } },
      ];
      return routesTo([HOST], JSON.stringify({ configs: [{ route_config: { virtual_hosts: [{ routes }] } }] })) ?? [];
    };
    const weights = [
      { host: HOST, subset: 'v1', weight: 0 },
      { host: HOST, subset: 'v2', weight: 100 },
    ];
    const asked = { marker: null, weights };
    expect(holdsWrite(route('all', 0, 100), asked, 'weft-r-9')).toBe(true);
    expect(holdsWrite(route('all.weft-r-9', 0, 100), asked, 'weft-r-9')).toBe(false);
    expect(holdsWrite(route('all', 40, 60), asked, 'weft-r-9')).toBe(false);
  });

  test('a dump is asked for by the configurations that matter', () => {
    expect(routesPath([])).toBe('/config_dump?resource=dynamic_route_configs');
    expect(decodeURIComponent(routesPath(['80', 'http.8080']))).toContain('&name_regex=^(80|http\\.8080)$');
  });
});
