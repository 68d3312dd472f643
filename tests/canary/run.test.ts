import { describe, expect, test } from 'vitest';
import type { Command } from '../../charts-src/canary/event.ts';
import type { Hook, Plan } from '../../charts-src/canary/plan.ts';
import { keptState } from '../../charts-src/canary/rollout-annotations.ts';
import { canaryShares } from '../../charts-src/canary/routes.ts';
import { attend } from '../../scripts/canary/attend.ts';
import { applyCommand } from '../../scripts/canary/command.ts';
import { pauseMs } from '../../scripts/canary/insist.ts';
import { run, type RunRequest } from '../../scripts/canary/run.ts';
import {
  ANALYSIS,
  assess,
  canaryMesh,
  HOST,
  plan,
  REFERENCE,
  route,
  virtualService,
  weight,
  type CanaryMesh,
} from '../support/canary-mesh.ts';

const signal = new AbortController().signal;
const common = { assess, signal, report: () => undefined, warn: () => undefined };

const runOn = (mesh: CanaryMesh, given: Plan, others: Partial<RunRequest> = {}) =>
  run({ plan: given, ports: mesh.ports(), ...common, ...others });

const say = (mesh: CanaryMesh, type: Exclude<Command['type'], 'set'>) =>
  applyCommand({ ports: mesh.ports(9), reference: REFERENCE, command: { type, at: mesh.clock.wallTime() }, signal });

const phase = (mesh: CanaryMesh): string => {
  const lying = mesh.cluster.get('VirtualService', REFERENCE);
  const state = lying && keptState(lying);
  return state?.kept === 'rollout' ? state.rollout.phase : (state?.kept ?? 'gone');
};

test('goes from the first step to all requests; a step is one GET and one PUT, and one read each of endpoints and pods', async () => {
  const mesh = canaryMesh();
  const ending = await mesh.clock.until(runOn(mesh, plan({ steps: [10, 20, 30, 40] })));
  expect(ending).toMatchObject({ ending: 'over', rollout: { phase: 'Promoted' } });
  expect(mesh.weights()).toEqual([100]);
  const calls = (verb: string, resource: string): number =>
    mesh.cluster.audit.filter((one) => one.verb === verb && one.resource.startsWith(resource)).length;
  // Four steps, the promotion, the end; before them the beginning.
  expect(calls('update', 'virtualservices')).toBe(7);
  expect(calls('get', 'virtualservices')).toBe(7);
  expect(calls('list', 'pods')).toBe(6);
  expect(calls('list', 'endpointslices')).toBe(6);
  expect(calls('watch', 'virtualservices')).toBe(1);
});

test('abort takes everything back within a second, in any wait, and undo gives back the very bytes', async () => {
  const mesh = canaryMesh();
  const before = mesh.cluster.get('VirtualService', REFERENCE);
  const going = runOn(mesh, plan());
  await mesh.clock.pass(30_000);
  expect(mesh.weights()).toEqual([10]);
  const saidMs = mesh.clock.monotonicMs();
  expect(await mesh.clock.until(say(mesh, 'abort'))).toMatchObject({ ending: 'applied' });
  expect(mesh.weights()).toEqual([0]);
  expect(mesh.clock.monotonicMs() - saidMs).toBe(0);
  await mesh.clock.pass(1_000);
  const proxies = mesh.plane.proxies.map((proxy) => JSON.stringify(mesh.plane.held(proxy, REFERENCE)?.spec));
  expect(proxies.every((held) => held.includes('"weight":100'))).toBe(true);
  expect(await mesh.clock.until(going)).toMatchObject({ ending: 'over', rollout: { phase: 'RolledBack' } });
  await mesh.clock.until(say(mesh, 'undo'));
  await mesh.clock.until(attend({ ...common, ports: mesh.ports(2), reference: REFERENCE }));
  const after = mesh.cluster.get('VirtualService', REFERENCE);
  expect(after?.spec).toEqual(before?.spec);
  expect(after?.metadata.annotations).toBeUndefined();
});

test('ten minutes without Prometheus change nothing, and then it goes on by itself', async () => {
  const mesh = canaryMesh();
  const going = runOn(mesh, plan({ analysis: ANALYSIS }));
  await mesh.clock.pass(30_000);
  const answer = mesh.metrics;
  mesh.metrics = () => ({
    ok: false,
    failure: { type: 'unreachable', retryable: true, uncertain: false, message: 'no Prometheus' },
  });
  await mesh.clock.pass(600_000);
  expect([phase(mesh), ...mesh.weights()]).toEqual(['Progressing', 10]);
  mesh.metrics = answer;
  expect(await mesh.clock.until(going)).toMatchObject({ ending: 'over', rollout: { phase: 'Promoted' } });
});

test.each([
  { takesMs: 20_000, says: 'good', ends: 'Promoted', at: 100 },
  { takesMs: 20_000, says: 'bad', ends: 'RolledBack', at: 0 },
] as const)('metrics that answer later than they are asked are heard: $says', async ({ takesMs, says, ends, at }) => {
  const mesh = canaryMesh();
  mesh.metrics = () => ({ ok: true, value: says });
  const ports = mesh.ports();
  const sample: typeof ports.metrics.sample = async (question, stop) => {
    await mesh.clock.sleep(takesMs, signal);
    return ports.metrics.sample(question, stop);
  };
  const going = runOn(mesh, plan({ analysis: ANALYSIS }), {
    ports: { ...ports, metrics: { ...ports.metrics, sample } },
  });
  await mesh.clock.pass(3_600_000);
  expect([phase(mesh), ...mesh.weights()]).toEqual([ends, at]);
  await going;
});

test('metrics that never answer make a run blind', async () => {
  const mesh = canaryMesh();
  const metrics = { ...mesh.ports().metrics, sample: () => new Promise<never>(() => undefined) };
  const policies = { blind: { afterMs: 90_000, then: 'rollback' } } as const;
  const going = runOn(mesh, plan({ analysis: ANALYSIS, policies }), { ports: { ...mesh.ports(), metrics } });
  await mesh.clock.pass(600_000);
  expect([phase(mesh), ...mesh.weights()]).toEqual(['RolledBack', 0]);
  await going;
});

test('blind time is over by policy, and the reason says why nobody could see', async () => {
  const mesh = canaryMesh();
  mesh.metrics = () => ({
    ok: false,
    failure: { type: 'unreachable', retryable: true, uncertain: false, message: 'ask Prometheus: nobody listens' },
  });
  const waits: string[] = [];
  const report: RunRequest['report'] = (_, action) => void (action.type === 'wait' && waits.push(action.why));
  const given = plan({ analysis: ANALYSIS, policies: { blind: { afterMs: 90_000, then: 'rollback' } } });
  const ending = await mesh.clock.until(runOn(mesh, given, { report }));
  const message = 'metrics could not be read for 90 s: ask Prometheus: nobody listens';
  expect(ending).toMatchObject({ rollout: { phase: 'RolledBack', reason: { cause: 'blind', message } } });
  expect(waits).toContain('waits for metrics: ask Prometheus: nobody listens');
});

describe('a server that answers reads and refuses writes', () => {
  const refusing = (mesh: CanaryMesh) => {
    const ports = mesh.ports();
    const tried: number[] = [];
    let isRefusing = true;
    const failure = {
      type: 'failing',
      retryable: true,
      uncertain: false,
      status: 500,
      message: 'webhook away',
    } as const;
    return {
      tried,
      refuse: (is: boolean) => void (isRefusing = is),
      ports: {
        ...ports,
        cluster: {
          ...ports.cluster,
          replaceVirtualService: async (...given: Parameters<typeof ports.cluster.replaceVirtualService>) => {
            if (!isRefusing) return ports.cluster.replaceVirtualService(...given);
            tried.push(mesh.clock.monotonicMs());
            return { ok: false as const, failure };
          },
        },
      },
    };
  };

  test('is asked less and less often, and a run that cannot begin ends and says so', async () => {
    const mesh = canaryMesh();
    const { ports, tried } = refusing(mesh);
    const ending = await mesh.clock.until(run({ plan: plan(), ports, ...common }));
    expect(ending).toMatchObject({ ending: 'unreachable', failure: { message: 'webhook away' } });
    expect(tried.at(-1)).toBeGreaterThan(300_000);
    expect(tried.length).toBeLessThan(100);
  });

  test('in mid-run: the run is left to the next engine, which finishes it', async () => {
    const mesh = canaryMesh();
    const { ports, tried, refuse } = refusing(mesh);
    refuse(false);
    const going = run({ plan: plan(), ports, ...common });
    await mesh.clock.pass(30_000);
    refuse(true);
    expect(await mesh.clock.until(going)).toMatchObject({ ending: 'failed', failure: { message: 'webhook away' } });
    expect(tried.length).toBeLessThan(100);
    expect(mesh.weights()).toEqual([10]);
    expect(await mesh.clock.until(runOn(mesh, plan(), { takeOver: true }))).toMatchObject({ ending: 'over' });
    expect(mesh.weights()).toEqual([100]);
  });
});

test('a server that asks for an hour of patience is asked again within half a minute', () => {
  const throttled = { type: 'throttled', retryable: true, message: '429' } as const;
  expect(pauseMs(0, { ...throttled, retryAfterMs: 3_600_000 })).toBe(30_000);
  expect(pauseMs(0, { ...throttled, retryAfterMs: 1_000 })).toBe(1_000);
  const away = { type: 'failing', retryable: true, uncertain: false, status: 503, message: '503' } as const;
  expect(pauseMs(0, { ...away, retryAfterMs: 2_000 })).toBe(2_000);
  expect(pauseMs(0, away)).toBe(100);
});

test('one that says "again at once" for minutes is asked less and less often all the same', async () => {
  const mesh = canaryMesh();
  const ports = mesh.ports();
  let asked = 0;
  const virtualService: typeof ports.cluster.virtualService = async (...given) => {
    if (mesh.clock.monotonicMs() < 20_000 || mesh.clock.monotonicMs() > 140_000)
      return ports.cluster.virtualService(...given);
    asked += 1;
    return { ok: false, failure: { type: 'throttled', retryable: true, retryAfterMs: 0, message: '429' } };
  };
  const going = runOn(mesh, plan(), { ports: { ...ports, cluster: { ...ports.cluster, virtualService } } });
  expect(await mesh.clock.until(going)).toMatchObject({ ending: 'over', rollout: { phase: 'Promoted' } });
  expect(asked).toBeGreaterThan(1);
  expect(asked).toBeLessThan(60);
});

test('credentials that are refused for a minute leave nobody alone with a canary', async () => {
  const mesh = canaryMesh();
  const ports = mesh.ports();
  let refused = 0;
  const virtualService: typeof ports.cluster.virtualService = async (...given) => {
    if (mesh.clock.monotonicMs() < 30_000 || mesh.clock.monotonicMs() > 120_000)
      return ports.cluster.virtualService(...given);
    refused += 1;
    return { ok: false, failure: { type: 'unauthenticated', retryable: false, message: '401' } };
  };
  const going = runOn(mesh, plan(), { ports: { ...ports, cluster: { ...ports.cluster, virtualService } } });
  expect(await mesh.clock.until(going)).toMatchObject({ ending: 'over', rollout: { phase: 'Promoted' } });
  expect(refused).toBeGreaterThan(1);
});

test('no traffic neither promotes nor rolls back', async () => {
  const mesh = canaryMesh();
  mesh.metrics = () => ({ ok: true, value: 'no-evidence' });
  const going = runOn(mesh, plan({ analysis: ANALYSIS }));
  await mesh.clock.pass(3_600_000);
  expect([phase(mesh), ...mesh.weights()]).toEqual(['Progressing', 10]);
  await mesh.clock.until(say(mesh, 'abort'));
  await mesh.clock.until(going);
});

test('both arms bad: frozen, and thawed when it is over', async () => {
  const mesh = canaryMesh();
  const going = runOn(mesh, plan({ analysis: ANALYSIS }));
  await mesh.clock.pass(20_000);
  mesh.metrics = () => ({ ok: true, value: 'both-bad' });
  await mesh.clock.pass(120_000);
  expect([phase(mesh), ...mesh.weights()]).toEqual(['Paused', 10]);
  mesh.metrics = () => ({ ok: true, value: 'good' });
  expect(await mesh.clock.until(going)).toMatchObject({ rollout: { phase: 'Promoted' } });
});

test('a second engine leaves at once, and a run with another plan follows only when asked to', async () => {
  const mesh = canaryMesh();
  const first = runOn(mesh, plan());
  await mesh.clock.pass(10_000);
  const atMs = mesh.clock.monotonicMs();
  expect(await mesh.clock.until(runOn(mesh, plan(), { ports: mesh.ports(2) }))).toMatchObject({ ending: 'held' });
  expect(mesh.clock.monotonicMs()).toBe(atMs);
  const follower = runOn(mesh, plan({ steps: [20] }), { ports: mesh.ports(3), supersede: true });
  expect(await mesh.clock.until(first)).toMatchObject({
    rollout: { phase: 'RolledBack', reason: { cause: 'superseded' } },
  });
  expect(await mesh.clock.until(follower)).toMatchObject({ ending: 'over', rollout: { phase: 'Promoted' } });
});

test('names the proxy that lags, and by policy pauses there', async () => {
  const mesh = canaryMesh();
  const [slow] = mesh.plane.proxies;
  if (slow) slow.heldSinceMs = -1;
  const going = runOn(mesh, plan({ policies: { acknowledgement: { afterMs: 30_000, then: 'pause' } } }));
  await mesh.clock.pass(40_000);
  expect(mesh.weights()).toEqual([10]);
  const lying = mesh.cluster.get('VirtualService', REFERENCE);
  expect(JSON.stringify(lying?.metadata.annotations)).toMatch(/shop\/user-0/);
  await mesh.clock.until(say(mesh, 'abort'));
  expect(await mesh.clock.until(going)).toMatchObject({ rollout: { phase: 'RolledBack' } });
});

test('a write that istiod never pushes is written again with a new marker', async () => {
  const mesh = canaryMesh();
  const going = runOn(mesh, plan());
  await mesh.clock.pass(0);
  mesh.plane.lost.add(mesh.cluster.get('VirtualService', REFERENCE)?.metadata.resourceVersion ?? '');
  expect(await mesh.clock.until(going)).toMatchObject({ rollout: { phase: 'Promoted' } });
  const events = mesh.cluster.history(REFERENCE).map(({ object }) => JSON.stringify(object.metadata.annotations ?? {}));
  expect(events.some((text) => text.includes('rewritten'))).toBe(true);
});

test('an object that is deleted in mid-run ends it with a word; rights that are missing are named before anything is written', async () => {
  const mesh = canaryMesh();
  const going = runOn(mesh, plan());
  await mesh.clock.pass(10_000);
  mesh.cluster.remove('VirtualService', REFERENCE);
  expect(await mesh.clock.until(going)).toMatchObject({ ending: 'gone' });
  const other = canaryMesh();
  other.cluster.forbidden.push(({ verb, resource }) => verb === 'list' && resource === 'pods');
  const ending = await other.clock.until(runOn(other, plan()));
  expect(ending.ending === 'forbidden' && ending.missing.map(({ verb, resource }) => `${verb} ${resource}`)).toEqual([
    'list pods',
  ]);
  expect(other.cluster.audit.filter(({ verb }) => verb === 'update')).toEqual([]);
});

test('a run that takes too long does what its deadline says, and tells why', async () => {
  const mesh = canaryMesh();
  const given = plan({ policies: { deadline: { afterMs: 90_000, then: 'rollback' } } });
  const ending = await mesh.clock.until(runOn(mesh, given));
  const reason = { cause: 'deadline', message: 'the run took longer than 90 s' };
  expect(ending).toMatchObject({ ending: 'over', rollout: { phase: 'RolledBack', reason } });
  expect(mesh.weights()).toEqual([0]);
  expect(mesh.clock.monotonicMs()).toBeLessThan(90_000 + 40_000); // the last requests have their 30 s
});

describe('replicas', () => {
  const workload = { kind: 'Deployment', namespace: 'shop', name: 'order-service-v2' } as const;
  const scale = { workload, max: null };
  const shortOfPods = (): CanaryMesh => {
    const mesh = canaryMesh();
    for (const pods of mesh.cluster.pods) if (pods.labels['version'] === 'v2') pods.ready = 1;
    mesh.cluster.replicas.set(workload.name, 1);
    return mesh;
  };
  const scaled = ({ cluster }: CanaryMesh): number =>
    cluster.audit.filter(({ resource, verb }) => resource.endsWith('/scale') && verb !== 'get').length;

  test.each([
    { name: 'are never written without a capacity policy', given: plan({ steps: [50] }), autoscaler: undefined },
    {
      name: 'are never written under an autoscaler',
      given: plan({ steps: [50], capacity: { ready: 'proportional', scale } }),
      autoscaler: { kind: 'HorizontalPodAutoscaler', namespace: 'shop', name: 'by-load' },
    },
  ])('$name: the run waits for whoever sees to it', async ({ given, autoscaler }) => {
    const mesh = shortOfPods();
    mesh.cluster.autoscaler = autoscaler;
    const going = runOn(mesh, given);
    await mesh.clock.pass(60_000);
    expect([mesh.weights(), scaled(mesh)]).toEqual([[0], 0]);
    for (const pods of mesh.cluster.pods) pods.ready = 4;
    expect(await mesh.clock.until(going)).toMatchObject({ rollout: { phase: 'Promoted' } });
    expect(scaled(mesh)).toBe(0);
  });

  test('are written where the plan says so', async () => {
    const mesh = shortOfPods();
    mesh.cluster.onScale = (_, replicas) => {
      for (const pods of mesh.cluster.pods) if (pods.labels['version'] === 'v2') pods.ready = replicas;
    };
    const given = plan({ steps: [50], capacity: { ready: 'proportional', scale } });
    expect(await mesh.clock.until(runOn(mesh, given))).toMatchObject({ rollout: { phase: 'Promoted' } });
    expect(mesh.cluster.replicas.get(workload.name)).toBe(4);
    expect(scaled(mesh)).toBe(2); // for 50 %, and for all
  });

  test('are written also where each call to the API server takes nine seconds', async () => {
    const mesh = shortOfPods();
    mesh.cluster.onScale = (_, replicas) => {
      for (const pods of mesh.cluster.pods) if (pods.labels['version'] === 'v2') pods.ready = replicas;
    };
    const ports = mesh.ports();
    const { cluster } = ports;
    const slowly =
      <Given extends readonly unknown[], Value>(call: (...given: Given) => Promise<Value>) =>
      async (...given: Given): Promise<Value> => {
        await mesh.clock.sleep(9_000, signal);
        return call(...given);
      };
    const slow: typeof cluster = {
      ...cluster,
      virtualService: slowly(cluster.virtualService),
      virtualServices: slowly(cluster.virtualServices),
      destinationRule: slowly(cluster.destinationRule),
      replaceVirtualService: slowly(cluster.replaceVirtualService),
      capacity: slowly(cluster.capacity),
      replicas: slowly(cluster.replicas),
      autoscaler: slowly(cluster.autoscaler),
      scale: slowly(cluster.scale),
      missing: slowly(cluster.missing),
    };
    const given = plan({ steps: [50], capacity: { ready: 'proportional', scale } });
    const ending = await mesh.clock.until(runOn(mesh, given, { ports: { ...ports, cluster: slow } }));
    expect(ending).toMatchObject({ ending: 'over', rollout: { phase: 'Promoted' } });
    expect(scaled(mesh)).toBe(2);
  });
});

test('nothing goes back to a stable arm without pods: the canary is the better half until there are some', async () => {
  const mesh = canaryMesh();
  const stable = mesh.cluster.pods.find(({ labels }) => labels['version'] === 'v1');
  const going = runOn(mesh, plan({ analysis: ANALYSIS, steps: [50] }));
  await mesh.clock.pass(10_000);
  if (stable) stable.ready = 0;
  mesh.metrics = () => ({ ok: true, value: 'bad' });
  await mesh.clock.pass(120_000);
  expect(mesh.weights()).toEqual([50]);
  if (stable) stable.ready = 4;
  expect(await mesh.clock.until(going)).toMatchObject({ rollout: { phase: 'RolledBack' } });
  expect(mesh.weights()).toEqual([0]);
});

test('each hook is asked once in each step, a gate until it opens and not with it the others', async () => {
  const mesh = canaryMesh();
  const hook = (name: string, when: Hook['when'], onNo: Hook['onNo']): Hook => ({
    name,
    when,
    onNo,
    call: { type: 'web', url: 'http://hook/', headers: {}, timeoutMs: 1_000 },
    retryMs: 5_000,
    deadlineMs: 600_000,
  });
  mesh.hook = async ({ hook: name }) => ({
    ok: true,
    value: { answer: name === 'gate' && mesh.clock.monotonicMs() < 50_000 ? 'no' : 'yes', said: 'so' },
  });
  const hooks = [
    hook('start', 'before-run', 'pause'),
    hook('gate', 'before-step', 'wait'),
    hook('load', 'in-step', 'rollback'),
    hook('end', 'after-promotion', 'ignore'),
  ];
  expect(await mesh.clock.until(runOn(mesh, plan({ hooks })))).toMatchObject({ rollout: { phase: 'Promoted' } });
  const times = Object.fromEntries(
    hooks.map(({ name }) => [name, mesh.hookCalls.filter((call) => call.hook === name).length]),
  );
  // The gate is shut for ten tries of the first step.
  expect(times).toEqual({ start: 1, gate: 12, load: 2, end: 1 });
});

test('arms that are Services of their own: weights move between them, and neither Service is touched', async () => {
  const next = 'order-service-next.shop.svc.cluster.local';
  const object = virtualService([{ name: 'all', route: [{ destination: { host: HOST } }] }]);
  const mesh = canaryMesh(object);
  // As many as the other Service has.
  mesh.cluster.pods.push({ service: 'order-service-next', labels: {}, ready: 8, pods: 8, terminating: 0 });
  const given = plan({ steps: [25] });
  const target = {
    ...given.target,
    stable: { host: HOST, subset: null },
    canary: { host: next, subset: null },
    destinationRule: null,
  };
  const ending = await mesh.clock.until(runOn(mesh, { ...given, target }));
  expect(ending).toMatchObject({ ending: 'over', rollout: { phase: 'Promoted' } });
  expect(mesh.cluster.get('VirtualService', REFERENCE)?.spec?.['http']).toEqual([
    {
      name: 'all',
      route: [
        { destination: { host: HOST }, weight: 0 },
        { destination: { host: next }, weight: 100 },
      ],
    },
  ]);
  const written = mesh.cluster.audit.filter(({ verb }) => !['get', 'list', 'watch'].includes(verb));
  expect(new Set(written.map(({ resource }) => resource))).toEqual(new Set(['virtualservices.networking.istio.io']));
});

test('a further VirtualService that somebody else edits is put right with the next heartbeat', async () => {
  const second = { namespace: 'shop', name: 'order-service-public' };
  const mesh = canaryMesh();
  mesh.cluster.put(virtualService([route()], second.name));
  const given = plan({ steps: [{ weight: weight(10), holdMs: 600_000 }] });
  const target = { ...given.target, virtualServices: [REFERENCE, second] as const };
  const going = runOn(mesh, { ...given, target });
  const share = () => canaryShares([mesh.cluster.get('VirtualService', second) ?? virtualService()], target).most;
  await mesh.clock.pass(70_000);
  expect(share()).toBe(0.1);
  mesh.cluster.put(virtualService([route({ v1: 0, v2: 100 })], second.name));
  await mesh.clock.pass(66_000);
  expect(share()).toBe(0.1);
  await mesh.clock.until(say(mesh, 'abort'));
  await mesh.clock.until(going);
  expect(share()).toBe(0);
});
