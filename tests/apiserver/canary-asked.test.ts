import { afterAll, beforeAll, expect, test } from 'vitest';
import { rbac, type RbacObject, type RbacOptions } from '../../charts-src/canary/rbac.ts';
import type { Clock } from '../../charts-src/canary/ports/clock.ts';
import { applyCommand } from '../../scripts/canary/command.ts';
import { systemClock } from '../../scripts/cli/canary/system-clock.ts';
import { connectCluster } from '../../scripts/cluster/connect.ts';
import type { ApiServer, AuditEvent } from '../support/api-server.ts';
import { runEngine } from '../support/canary-engine.ts';
import {
  canaryWeight,
  grantPrinted,
  makeTarget,
  NAMESPACE,
  quickPlan,
  stateOf,
  virtualService,
  startTargetServer,
  type PlayedProxy,
  type TargetServer,
} from '../support/canary-target.ts';
import { until } from '../support/until.ts';

let targets: TargetServer;
let server: ApiServer;
let proxy: PlayedProxy;
beforeAll(async () => {
  targets = await startTargetServer();
  ({ server, proxy } = targets);
});
afterAll(async () => {
  await targets?.stop();
});

/** `verb resource name`, as rules and requests say it. */
const rightsIn = (objects: readonly RbacObject[]): readonly string[] =>
  objects.flatMap((object) =>
    object.kind === 'Role'
      ? object.rules.flatMap(({ resources, resourceNames = [''], verbs }) =>
          resources.flatMap((resource) =>
            resourceNames.flatMap((name) => verbs.map((verb) => `${verb} ${resource} ${name}`.trimEnd())),
          ),
        )
      : [],
  );

/** What an account asked for: a watch of one object is asked for by its name. */
const askedBy = (account: string): { readonly allowed: readonly string[]; readonly refused: readonly string[] } => {
  const asked = server
    .auditEvents()
    .filter(({ user }) => user.username === `system:serviceaccount:${NAMESPACE}:${account}`)
    .map((event) => ({ text: textOf(event), code: event.responseStatus?.code }));
  const texts = (isRefused: boolean): readonly string[] =>
    [...new Set(asked.filter(({ code }) => (code === 403) === isRefused).map(({ text }) => text))].sort();
  return { allowed: texts(false), refused: texts(true) };
};

const textOf = ({ verb, objectRef, requestURI }: AuditEvent): string => {
  const resource = [objectRef?.resource, objectRef?.subresource].filter((part) => part !== undefined).join('/');
  return `${verb} ${resource || requestURI} ${objectRef?.name ?? ''}`.trimEnd();
};

/** Whoever asks what it may do needs no right for that. */
const OWN_RIGHTS = 'create selfsubjectaccessreviews';

/** A Deployment that nothing runs; who plays its controller makes an endpoint ready for each replica. */
const deployment = (name: string, replicas: number) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { namespace: NAMESPACE, name: `${name}-v2` },
  spec: {
    replicas,
    selector: { matchLabels: { app: name } },
    template: { metadata: { labels: { app: name } }, spec: { containers: [{ name: 'app', image: 'none' }] } },
  },
});

const replicasOf = async (name: string): Promise<number> => {
  const { spec } = await server.read(deployment(name, 0));
  return (spec as { readonly replicas: number }).replicas; // as above
};

/** Endpoints of both pods of v1, and of so many of v2. */
const endpoints = (name: string, ofCanary: number) => ({
  apiVersion: 'discovery.k8s.io/v1',
  kind: 'EndpointSlice',
  metadata: { namespace: NAMESPACE, name, labels: { 'kubernetes.io/service-name': name } },
  addressType: 'IPv4',
  endpoints: [0, 1, 2, 3].map((pod) => ({
    addresses: [`10.0.0.${pod + 1}`],
    conditions: { ready: pod < 2 + ofCanary },
    targetRef: { kind: 'Pod', namespace: NAMESPACE, name: `pod-${pod}` },
  })),
  ports: [{ port: 8080 }],
});

const PATIENCE = { timeoutMs: 60_000, everyMs: 20 };

test('a run that scales does so with the printed rights, and asks for nothing else', async () => {
  const name = 'scaled';
  await makeTarget(server, name);
  await server.apply(deployment(name, 1));
  await server.apply(endpoints(name, 1));
  const plan = quickPlan(name, {
    steps: [50, { weight: 100, hold: '10m' }],
    capacity: { scale: { name: `${name}-v2` } },
  });
  const kubeconfig = await grantPrinted(server, plan, name);
  const running = runEngine({ plan, kubeconfig, envoy: proxy.envoyOf(name) });
  // 100 % are two pods, as v1 had when the run began.
  await until('two replicas are asked for', PATIENCE, async () => (await replicasOf(name)) === 2);
  expect(canaryWeight(await server.read(virtualService(name)))).toBe(50);
  await server.apply(endpoints(name, 2));
  await until('v2 has all', PATIENCE, async () => canaryWeight(await server.read(virtualService(name))) === 100);

  const { cluster, close } = await connectCluster({ file: kubeconfig, env: {}, cwd: '/' });
  const aborted = await applyCommand({
    ports: { cluster, clock: systemClock() },
    reference: { namespace: NAMESPACE, name },
    command: { type: 'abort', at: new Date().toISOString() },
    signal: new AbortController().signal,
  });
  await close();
  expect(aborted.ending).toBe('applied');
  expect(await running).toMatchObject({ ending: 'over', rollout: { phase: 'RolledBack' } });
  expect(canaryWeight(await server.read(virtualService(name)))).toBe(0);
  expect(await replicasOf(name)).toBe(1);

  const { allowed, refused } = askedBy(name);
  const printed = rightsIn(rbac(plan, { subject: { kind: 'ServiceAccount', namespace: NAMESPACE, name } }));
  // Nobody has to be asked for endpoints twice, so nobody watches them; who may list may watch.
  const unused = ['watch endpointslices', 'watch pods'];
  expect(allowed).toEqual([...printed.filter((right) => !unused.includes(right)), OWN_RIGHTS].sort());
  expect(refused).toEqual(['list virtualservices']);
});

test('without the right to scale a run that scales does not begin, and says which one is missing', async () => {
  const name = 'unscaled';
  await makeTarget(server, name);
  await server.apply(deployment(name, 1));
  const kubeconfig = await grantPrinted(server, quickPlan(name), name);
  const plan = quickPlan(name, { capacity: { scale: { name: `${name}-v2` } } });
  const ending = await runEngine({ plan, kubeconfig, envoy: proxy.envoyOf(name) });
  const missing = ending.ending === 'forbidden' ? ending.missing : [];
  expect(missing.map(({ verb, resource, name: of = '' }) => `${verb} ${resource} ${of}`.trimEnd())).toEqual([
    'get deployments.apps/scale unscaled-v2',
    'patch deployments.apps/scale unscaled-v2',
    'list horizontalpodautoscalers.autoscaling',
  ]);
  const { annotations } = await stateOf(server, name);
  expect(Object.keys(annotations).filter((key) => key.startsWith('canary.'))).toEqual([]);
});

/** Clocks that go so many times as fast as those of this machine. */
const fastClock = (times: number): Clock => {
  const { sleep } = systemClock();
  const startMs = performance.now();
  const startTime = Date.now();
  const passedMs = (): number => (performance.now() - startMs) * times;
  return {
    monotonicMs: passedMs,
    wallTime: () => new Date(startTime + passedMs()).toISOString(),
    sleep: (ms, signal) => sleep(ms / times, signal),
  };
};

/** Minutes that the engine waits, and how much faster they go than real ones: 1 for real minutes. */
const MINUTES = 4;
const SPEED = Number(process.env['WEFT_CLOCK_SPEED'] ?? 20);

test(
  `who holds a step writes a heartbeat a minute, asks the metrics, and asks the API server for nothing else`,
  async () => {
    const name = 'waiting';
    await makeTarget(server, name);
    const plan = quickPlan(name, { steps: [50], hold: '1h', analysis: { interval: '15s' } });
    const kubeconfig = await grantPrinted(server, plan, name);
    const clock = fastClock(SPEED);
    let samples = 0;
    const leave = new AbortController();
    const running = runEngine({ plan, kubeconfig, envoy: proxy.envoyOf(name) }, leave.signal, {
      clock,
      metrics: {
        sample: async () => {
          samples += 1;
          return { ok: false, failure: { type: 'unreachable', retryable: true, uncertain: false, message: 'none' } };
        },
        check: async () => ({ type: 'answer', answer: 'passed', said: 'fine' }),
      },
    });
    const own = (): readonly AuditEvent[] =>
      server.auditEvents().filter(({ user }) => user.username === `system:serviceaccount:${NAMESPACE}:${name}`);
    await until('the step is held', PATIENCE, () => samples === 1);
    const before = own().length;
    const object = await server.read(virtualService(name));
    await clock.sleep(MINUTES * 60_000 + 10_000, leave.signal);
    const asked = own().slice(before);
    leave.abort();
    expect(await running).toMatchObject({ ending: 'left', rollout: { phase: 'Progressing' } });

    const kinds = asked.map(({ verb, objectRef }) => `${verb} ${objectRef?.resource} ${objectRef?.name}`);
    const beat = [`get virtualservices ${name}`, `update virtualservices ${name}`];
    expect(kinds).toEqual(Array.from({ length: MINUTES }, () => beat).flat());
    // A heartbeat changes no route: istiod has nothing to push.
    for (const { verb, responseObject } of asked)
      if (verb === 'update') expect(responseObject?.['spec']).toEqual(object['spec']);
    expect(samples).toBeGreaterThanOrEqual(MINUTES * 4);
    expect(samples).toBeLessThanOrEqual(MINUTES * 4 + 2);
  },
  SPEED < 5 ? 600_000 : 120_000,
);

/** Something that looks like an istiod to whoever lists pods; nothing runs it, so nothing can be forwarded to it. */
const playIstiod = async (): Promise<void> => {
  const namespace = 'istio-system';
  const metadata = { namespace, name: 'istiod-0', labels: { app: 'istiod' } };
  const pod = { apiVersion: 'v1', kind: 'Pod', metadata, spec: { containers: [{ name: 'discovery', image: 'none' }] } };
  await server.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
  await server.apply({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { namespace, name: 'default' } });
  await server.apply(pod);
  const status = { phase: 'Running', podIP: '10.0.1.1', conditions: [{ type: 'Ready', status: 'True' }] };
  const { status: code } = await server.request('PATCH', `${await server.pathOf(pod)}/status`, {
    body: JSON.stringify({ status }),
    contentType: 'application/merge-patch+json',
  });
  expect(code).toBe(200);
};

test('outside the mesh it takes the printed right to forward ports, and lives without it by time', async () => {
  await playIstiod();
  const begin = async (name: string, more: Pick<RbacOptions, 'portForward'>) => {
    await makeTarget(server, name);
    const written = quickPlan(name, { steps: [50] });
    // A file cannot say so: istiod may hold a push back for 10 s. Here is none.
    const plan = { ...written, acknowledgement: { ...written.acknowledgement, timedFallbackMs: 100 } };
    const kubeconfig = await grantPrinted(server, plan, name, more);
    const leave = new AbortController();
    const subject = { kind: 'ServiceAccount', namespace: NAMESPACE, name } as const;
    return {
      leave,
      ended: runEngine({ plan, kubeconfig, envoy: undefined }, leave.signal),
      printed: rightsIn(rbac(plan, { subject, ...more })),
    };
  };
  const without = await begin('timed', {});
  expect((await without.ended).ending).toBe('over');
  // Those of istio-system, and of all namespaces.
  expect(askedBy('timed').refused).toEqual(['list pods', 'list virtualservices']);
  expect(without.printed.filter((right) => right.includes('portforward'))).toEqual([]);

  const having = await begin('forwarded', { portForward: { istio: 'istio-system', callers: [NAMESPACE] } });
  const forward = 'create pods/portforward';
  await until('a port is forwarded', PATIENCE, () => askedBy('forwarded').allowed.includes(`${forward} istiod-0`));
  having.leave.abort();
  expect((await having.ended).ending).toBe('left');
  const { allowed, refused } = askedBy('forwarded');
  expect(refused).toEqual(['list virtualservices']);
  expect(having.printed).toContain(forward);
  const printed = [...having.printed, `${forward} istiod-0`, OWN_RIGHTS];
  expect(allowed.filter((right) => !printed.includes(right))).toEqual([]);
});
