import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startApiProxy, type Fate } from '../support/api-proxy.ts';
import type { ApiServer, AuditEvent } from '../support/api-server.ts';
import { runEngine } from '../support/canary-engine.ts';
import {
  ALL_STEPS,
  canaryWeight,
  NAMESPACE,
  prepareTarget,
  promotedState,
  stateOf,
  virtualService,
  weightsOf,
  writesOf,
  startTargetServer,
  type PlayedProxy,
  type TargetServer,
  type PreparedTarget,
} from '../support/canary-target.ts';
import { inParallel } from '../support/in-parallel.ts';
import { until } from '../support/until.ts';
import { seededRandom } from '../../charts-src/canary/statistics/random.ts';

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

const isOf = (account: string, { user }: AuditEvent): boolean =>
  user.username === `system:serviceaccount:${NAMESPACE}:${account}`;

describe('a run under the printed rights', () => {
  test('costs a read and a write of the VirtualService a step, one read each of endpoints and pods, and one watch', async () => {
    const { name, ...target } = await prepareTarget(server, proxy, 'cost');
    const ending = await runEngine(target);
    expect(ending.ending).toBe('over');
    expect(await stateOf(server, name)).toEqual(promotedState(name));
    const events = server.auditEvents().filter((event) => isOf(name, event));
    const count = (verb: string, resource: string): number =>
      events.filter(({ verb: is, objectRef }) => is === verb && objectRef?.resource === resource).length;
    // To begin, three steps, the promotion, and the end, which has no need of endpoints.
    expect({
      gets: count('get', 'virtualservices'),
      updates: count('update', 'virtualservices'),
      watches: count('watch', 'virtualservices'),
      endpoints: count('list', 'endpointslices'),
      pods: count('list', 'pods'),
      rules: count('get', 'destinationrules'),
    }).toEqual({ gets: 6, updates: 6, watches: 1, endpoints: 5, pods: 5, rules: 1 });
    // The only refusal: whether VirtualServices of other namespaces route to the host cannot be seen.
    const refused = events.filter(({ responseStatus }) => responseStatus?.code === 403);
    expect(refused.map(({ requestURI }) => requestURI)).toEqual(['/apis/networking.istio.io/v1/virtualservices']);
  });

  test('says which rights are missing before it writes anything', async () => {
    const { name, plan, envoy } = await prepareTarget(server, proxy, 'rightless');
    const kubeconfig = await server.kubeconfigOf({ namespace: NAMESPACE, name: 'nobody' });
    const ending = await runEngine({ plan, envoy, kubeconfig });
    expect(ending).toMatchObject({ ending: 'forbidden' });
    const missing = ending.ending === 'forbidden' ? ending.missing : [];
    expect(missing.map(({ verb, resource }) => `${verb} ${resource}`)).toEqual([
      ...['get', 'watch', 'update'].map((verb) => `${verb} virtualservices.networking.istio.io`),
      'get destinationrules.networking.istio.io',
      'list endpointslices.discovery.k8s.io',
      'list pods',
    ]);
    expect(writesOf(server.auditEvents(), name).filter((event) => isOf('nobody', event))).toEqual([]);
  });
});

/** Writes the object of Git again, as different tools do. */
const WRITERS = {
  'server-side apply by force': async (name: string): Promise<void> => void (await server.apply(virtualService(name))),
  'kubectl apply': async (name: string): Promise<void> => {
    await server.kubectl(['apply', '-f', '-'], JSON.stringify(virtualService(name)));
  },
  'a replacement that wipes our annotations': async (name: string): Promise<void> => {
    const wanted = virtualService(name);
    const { metadata } = await server.read(wanted);
    const body = JSON.stringify({
      ...wanted,
      metadata: { ...wanted.metadata, resourceVersion: metadata.resourceVersion },
    });
    await server.request('PUT', await server.pathOf(wanted), { body });
  },
} as const;

/** Nobody ever gave the canary more than the engine had planned by then, and the engine went up step by step. */
const expectNeverMore = (name: string): void => {
  let planned = 0;
  for (const event of writesOf(server.auditEvents(), name)) {
    const weight = event.responseObject === undefined ? 0 : canaryWeight(event.responseObject);
    if (isOf(name, event) && weight > planned) {
      expect(weight).toBe(ALL_STEPS[ALL_STEPS.indexOf(planned) + 1]);
      planned = weight;
    }
    expect(weight).toBeLessThanOrEqual(planned);
  }
};

const phaseOf = async (name: string): Promise<string | undefined> =>
  (await stateOf(server, name)).annotations['canary.weftmesh/phase'];

const SOON = { timeoutMs: 30_000, everyMs: 20 };

/** A run that goes on while somebody else writes. */
const whileRunning = async (
  target: PreparedTarget,
  act: () => Promise<void>,
): Promise<Awaited<ReturnType<typeof runEngine>>> => {
  const leave = new AbortController();
  const running = runEngine(target, leave.signal);
  try {
    await act();
  } finally {
    leave.abort();
  }
  return running;
};

describe('somebody who writes the old VirtualService again and again', () => {
  const OFTEN_MS = 100;

  test.each(Object.keys(WRITERS) as (keyof typeof WRITERS)[])(
    '%s: the run pauses, the canary never gets more',
    async (how) => {
      const target = await prepareTarget(server, proxy, `drift-${how.replaceAll(/[^a-z]+/g, '-')}`, { hold: '10m' });
      const ending = await whileRunning(target, async () => {
        await until(
          'the first step',
          SOON,
          async () => canaryWeight(await server.read(virtualService(target.name))) === 10,
        );
        for (let writes = 0; writes < 10; writes += 1) {
          await WRITERS[how](target.name);
          await sleep(OFTEN_MS);
        }
        await until('the pause', SOON, async () => (await phaseOf(target.name)) === 'Paused');
      });
      expect(ending).toMatchObject({ ending: 'left', rollout: { phase: 'Paused', reason: { cause: 'drift' } } });
      expectNeverMore(target.name);
      expect(Math.max(...weightsOf(server.auditEvents(), target.name))).toBe(10);
    },
  );

  test('a run that may put weights right does, and goes on when the other has stopped', async () => {
    const target = await prepareTarget(server, proxy, 'restored', {
      hold: '500ms',
      policies: { drift: { then: 'restore', restores: 1000 } },
    });
    const weight = async (): Promise<number> => canaryWeight(await server.read(virtualService(target.name)));
    const [ending, writes] = await Promise.all([
      runEngine(target),
      (async () => {
        await until('the first step', SOON, async () => (await weight()) === 10);
        let written = 0;
        // The last step is left alone, so that the run is not over before the other has stopped.
        for (; written < 15 && (await weight()) < 60; written += 1) {
          await WRITERS['server-side apply by force'](target.name);
          await sleep(OFTEN_MS);
        }
        return written;
      })(),
    ]);
    expect(writes).toBeGreaterThan(2);
    expect(ending.ending).toBe('over');
    expectNeverMore(target.name);
    expect(await stateOf(server, target.name)).toEqual(promotedState(target.name));
  });

  test('server-side apply without force is refused: the routes are ours as long as the run is', async () => {
    const target = await prepareTarget(server, proxy, 'unforced', { hold: '10m' });
    const ending = await whileRunning(target, async () => {
      await until(
        'the first step',
        SOON,
        async () => canaryWeight(await server.read(virtualService(target.name))) === 10,
      );
      const apply = ['apply', '--server-side', '--field-manager=weft', '-f', '-'];
      const { code, stderr } = await server.kubectl(apply, JSON.stringify(virtualService(target.name)));
      expect(code).not.toBe(0);
      expect(stderr).toContain('conflict with "weft-canary" using networking.istio.io/v1');
      expect(stderr).toContain('.spec.http');
    });
    expect(ending.ending).toBe('left');
    expect(canaryWeight(await server.read(virtualService(target.name)))).toBe(10);
  });
});

describe('an API server with faults', () => {
  /** Faults are waited out, and so are the neighbours of this machine. */
  const PATIENCE_MS = 600_000;
  const SEEDS = Array.from({ length: 20 }, (_, index) => 1_000 + index);

  test(
    `ends as without them (seeds ${SEEDS[0]} to ${SEEDS.at(-1)})`,
    async () => {
      const fates: Record<string, number> = {};
      const ended = await inParallel(10, SEEDS, async (seed) => {
        const target = await prepareTarget(server, proxy, `fault-${seed}`);
        const random = seededRandom(seed);
        const faulty = await startApiProxy({ ...server, kubeconfig: target.kubeconfig }, (call): Fate => {
          const fate = fateOf(random(), call.isWatch);
          const name = fate.does === 'answer' ? String(fate.status) : fate.does;
          fates[name] = (fates[name] ?? 0) + 1;
          return fate;
        });
        const ending = await runEngine({ ...target, kubeconfig: faulty.kubeconfig });
        await faulty.stop();
        return { ...target, seed, ending };
      });
      for (const { name, seed, ending } of ended) {
        const what = `seed ${seed}: ${JSON.stringify(ending).slice(0, 500)}`;
        expect(ending.ending, what).toBe('over');
        expect(await stateOf(server, name), what).toEqual(promotedState(name));
        expect(weightsOf(server.auditEvents(), name), what).toEqual([0, ...ALL_STEPS]);
      }
      // A gate that saw no fault would say nothing.
      for (const fate of ['409', '500', 'delay', 'lose', 'drop', 'cut']) expect(fates[fate], fate).toBeGreaterThan(0);
    },
    PATIENCE_MS,
  );

  /** 10 % of the calls are conflicts, 5 % errors, some late, lost or never arrived; watches break. */
  const fateOf = (chance: number, isWatch: boolean): Fate => {
    if (isWatch) return { does: 'cut', afterMs: 150 };
    const answer = (status: number): Fate => ({
      does: 'answer',
      status,
      body: JSON.stringify({ message: `a fault: ${status}` }),
    });
    if (chance < 0.1) return answer(409);
    if (chance < 0.15) return answer(500);
    if (chance < 0.17) return { does: 'delay', ms: 2_000 };
    if (chance < 0.2) return { does: 'lose' };
    if (chance < 0.22) return { does: 'drop' };
    return { does: 'pass' };
  };
});
