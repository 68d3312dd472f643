import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import type { PlanFile } from '../../charts-src/canary/plan-file.ts';
import { startLab, type Lab } from '../support/lab.ts';
import {
  apply,
  endpointStates,
  eventually,
  runningPods,
  type CommandResult,
  type Pod,
} from '../support/mesh-cluster.ts';
import {
  agentsOf,
  buildCommandLine,
  canaryObjects,
  endAll,
  GATEWAY,
  NAMESPACE,
  resetRoutes,
  startWeft,
  statusIn,
  URL_IN_MESH,
  weft,
  type RunningWeft,
} from './canary-mesh.ts';
import { ready, SHOP_IMAGES } from './shop-on-mesh.ts';
import { answeredBy, isWithinThreeSigma, lost, steadyTraffic } from './steady-traffic.ts';

const MINUTE_MS = 60_000;
const of = ['orders', '-n', NAMESPACE] as const;

let lab: Lab;
let clients: readonly Pod[] = [];
let pods: readonly Pod[] = [];

beforeAll(async () => {
  buildCommandLine();
  lab = await startLab(SHOP_IMAGES, { prometheus: true });
  await apply(lab, canaryObjects.slice(0, 1));
  await apply(lab, canaryObjects);
  const names = ['orders-v1', 'orders-v2', 'orders-v3', 'client'];
  await ready(
    lab,
    NAMESPACE,
    names.map((name) => `deployment/${name}`),
  );
  pods = await runningPods(lab, NAMESPACE);
  clients = pods.filter(({ labels }) => labels['app'] === 'client');
}, 5 * MINUTE_MS);
afterAll(() => lab?.stop(), MINUTE_MS);
beforeEach(() => resetRoutes(lab));
afterEach(() => endAll());

const client = (index = 0): Pod => clients[index] ?? client(0);

/** A plan on stdin; by time alone where it does not say otherwise. */
const plan = (
  more: Pick<PlanFile, 'steps'> & Partial<PlanFile>,
  [stable, canary]: readonly [string, string] = ['v1', 'v2'],
): string =>
  stringify({
    target: { namespace: NAMESPACE, host: 'orders', stable, canary },
    hold: '0s',
    drain: '1s',
    analysis: false,
    ...more,
  } satisfies PlanFile);

const run = (file: string, ...more: readonly string[]): RunningWeft =>
  startWeft(lab, ['canary', 'run', '--plan', '-', '--yes', '-o', 'json', ...more], file);

const status = async () => statusIn(await weft(lab, ['canary', 'status', ...of, '-o', 'json']));

/** Waits until a run stands somewhere. */
const until = (what: string, isRight: (now: Awaited<ReturnType<typeof status>>) => boolean) =>
  eventually(what, status, isRight, { timeoutMs: MINUTE_MS, everyMs: 300 });

const succeeded = ({ code, stderr, stdout }: CommandResult): CommandResult => {
  expect(code, stderr || stdout).toBe(0);
  return { code, stderr, stdout };
};

describe('no request is lost', () => {
  test(
    'by a hundred weight changes, a promotion, a rollback, and a run that follows another one in its middle',
    async () => {
      const [v1 = client()] = pods.filter(({ labels }) => labels['version'] === 'v1' && labels['app'] === 'orders');
      const traffic = await Promise.all([
        steadyTraffic(lab, client(), { url: URL_IN_MESH, perSecond: 80 }),
        steadyTraffic(lab, 'node', { ...GATEWAY, perSecond: 80 }),
      ]);
      // Refused all along, whatever the weights are.
      const plain = await steadyTraffic(lab, 'node', { url: `http://${v1.ip}:8080/`, perSecond: 2 });

      const hundred = await run(plan({ steps: { step: 1, max: 99 } })).ended;
      succeeded(hundred);
      const promoted = statusIn(hundred);
      expect(promoted).toMatchObject({ outcome: 'promoted', weight: { wanted: 100, applied: 100, acknowledged: 100 } });

      const back = run(plan({ steps: [25, { weight: 50, pause: true }] }, ['v2', 'v1']));
      await until('the pause of the plan', ({ phase, weight }) => phase === 'Paused' && weight.applied === 50);
      succeeded(await weft(lab, ['canary', 'abort', ...of, '--yes']));
      const rolledBack = await back.ended;
      expect(rolledBack.code).toBe(1);
      expect(statusIn(rolledBack)).toMatchObject({ outcome: 'rolled-back', weight: { applied: 0 } });

      const older = run(plan({ steps: [30], hold: '10m' }, ['v2', 'v1']));
      await until('the first step of the older run', ({ weight }) => weight.applied === 30);
      const newer = run(plan({ steps: [50] }, ['v2', 'v3']), '--supersede');
      expect((await older.ended).code).toBe(1);
      expect(statusIn(succeeded(await newer.ended))).toMatchObject({
        outcome: 'promoted',
        target: { canary: { subset: 'v3' } },
      });
      const promotedMs = Date.now();
      await sleep(1_000);

      const answers = await Promise.all(traffic.map((one) => one.stop()));
      for (const [index, all] of answers.entries()) {
        expect(all.length).toBeGreaterThan(1_000);
        expect(lost(all), index === 0 ? 'from the mesh' : 'through the gateway').toEqual([]);
        expect(new Set(all.map(({ version }) => version))).toEqual(new Set(['v1', 'v2', 'v3']));
        const late = all.filter(({ sentMs }) => sentMs > promotedMs);
        expect(late.length).toBeGreaterThan(50);
        expect(answeredBy(late, 'v3')).toBe(late.length);
      }
      const refused = await plain.stop();
      expect(refused.length).toBeGreaterThan(20);
      expect(refused.filter(({ status: code }) => typeof code === 'number')).toEqual([]);
    },
    6 * MINUTE_MS,
  );
});

test(
  'a proxy that does not get its configuration is waited for, and named',
  async () => {
    const held = client(3);
    const running = run(plan({ steps: [{ weight: 10, pause: true }, 50], promotion: 'none' }));
    await until('the pause of the plan', ({ phase, weight }) => phase === 'Paused' && weight.applied === 10);
    const agents = await agentsOf(lab, held);
    expect(agents).not.toEqual([]);
    for (const pid of agents) process.kill(pid, 'SIGSTOP');
    try {
      succeeded(await weft(lab, ['canary', 'resume', ...of, '--yes']));
      const waiting = await until(
        'the second step, not acknowledged',
        ({ weight, acknowledgement }) => weight.applied === 50 && acknowledgement.lagging.length === 1,
      );
      expect(waiting.acknowledgement.lagging).toEqual([{ namespace: NAMESPACE, pod: held.name }]);
      await sleep(15_000);
      const still = await status();
      expect(still).toMatchObject({ outcome: null, weight: { applied: 50, acknowledged: null } });
      expect(running.said()).toContain(`proxies do not hold the weights yet: ${NAMESPACE}/${held.name}`);
    } finally {
      for (const pid of agents) process.kill(pid, 'SIGCONT');
    }
    expect(statusIn(succeeded(await running.ended))).toMatchObject({ outcome: 'settled', weight: { applied: 50 } });
  },
  4 * MINUTE_MS,
);

test(
  'an aborted canary gets its last request within a second, from ten proxies',
  async () => {
    const traffic = await Promise.all(
      clients.map((from) => steadyTraffic(lab, from, { url: URL_IN_MESH, perSecond: 10 })),
    );
    const rounds: { readonly decidedMs: number; readonly overMs: number }[] = [];
    for (let round = 0; round < 3; round++) {
      const running = run(plan({ steps: [{ weight: 50, pause: true }] }));
      await until('half of the requests', ({ phase, weight }) => phase === 'Paused' && weight.applied === 50);
      await sleep(500);
      const aborted = statusIn(succeeded(await weft(lab, ['canary', 'abort', ...of, '--yes', '-o', 'json'])));
      expect((await running.ended).code).toBe(1);
      await sleep(1_500); // before the next round gives the canary requests again
      const decidedMs = Date.parse(aborted.events.findLast(({ event }) => event === 'abort')?.at ?? '');
      rounds.push({ decidedMs, overMs: Date.now() });
    }
    const answers = (await Promise.all(traffic.map((one) => one.stop()))).flat();
    expect(lost(answers)).toEqual([]);
    const late = rounds.map(({ decidedMs, overMs }) => {
      const last = answers
        .filter(({ version, sentMs }) => version === 'v2' && sentMs > decidedMs - 5_000 && sentMs < overMs)
        .reduce((newest, { sentMs }) => Math.max(newest, sentMs), 0);
      expect(last).toBeGreaterThan(decidedMs - 5_000);
      return last - decidedMs;
    });
    expect(Math.max(...late), `ms after the decision: ${late.map(Math.round).join(', ')}`).toBeLessThan(1_000);
  },
  5 * MINUTE_MS,
);

describe('requests are divided as the plan says', () => {
  test(
    'by weight, by header, by cookie, and as copies, within three standard deviations',
    async () => {
      const header = { 'x-canary': 'always' };
      const running = run(
        plan({
          steps: [
            { weight: 0, mirror: 30, pause: true },
            { weight: 10, pause: true },
          ],
          match: [{ headers: header }, { cookies: { beta: { exact: 'yes' } } }],
        }),
      );
      await until('the step of copies', ({ phase, step }) => phase === 'Paused' && step === 1);
      const canaryRequests = async (): Promise<number> =>
        (await endpointStates(lab, client()))
          .filter(({ cluster }) => cluster.startsWith('outbound|80|v2|orders.'))
          .reduce((sum, { requests }) => sum + requests, 0);
      const before = await canaryRequests();
      const mirrored = await steadyTraffic(lab, client(), { url: URL_IN_MESH, perSecond: 100 });
      const from = async (position: number, perSecond: number, headers: Readonly<Record<string, string>>) =>
        steadyTraffic(lab, client(position), { url: URL_IN_MESH, perSecond, headers });
      const matched = await from(1, 50, header);
      const jars = [
        { cookie: 'beta=yes', version: 'v2' },
        { cookie: 'theme=dark; beta=yes; lang=en', version: 'v2' },
        { cookie: 'theme=dark; beta=no', version: 'v1' },
        { cookie: 'alphabeta=yes; beta=yesterday', version: 'v1' },
      ];
      const withCookies = await Promise.all(jars.map(async ({ cookie }, index) => from(2 + index, 30, { cookie })));
      await sleep(8_000);
      const [plainAnswers = [], matchedAnswers = [], ...cookieAnswers] = await Promise.all(
        [mirrored, matched, ...withCookies].map(async (traffic) => traffic.stop()),
      );
      for (const answers of [plainAnswers, matchedAnswers, ...cookieAnswers]) expect(lost(answers)).toEqual([]);
      expect(answeredBy(plainAnswers, 'v1')).toBe(plainAnswers.length);
      expect(matchedAnswers.length).toBeGreaterThan(200);
      expect(answeredBy(matchedAnswers, 'v2')).toBe(matchedAnswers.length);
      for (const [index, { cookie, version }] of jars.entries()) {
        const answers = cookieAnswers[index] ?? [];
        expect(answers.length, cookie).toBeGreaterThan(100);
        expect(answeredBy(answers, version), cookie).toBe(answers.length);
      }
      const copies = (await canaryRequests()) - before;
      expect(isWithinThreeSigma(copies, plainAnswers.length, 0.3), `${copies} copies of ${plainAnswers.length}`).toBe(
        true,
      );

      succeeded(await weft(lab, ['canary', 'resume', ...of, '--yes']));
      await until('the step of weights', ({ phase, step }) => phase === 'Paused' && step === 2);
      const weighted = await steadyTraffic(lab, client(), { url: URL_IN_MESH, perSecond: 200 });
      await sleep(10_000);
      const answers = await weighted.stop();
      expect(lost(answers)).toEqual([]);
      const canary = answeredBy(answers, 'v2');
      expect(isWithinThreeSigma(canary, answers.length, 0.1), `${canary} of ${answers.length}`).toBe(true);

      succeeded(await weft(lab, ['canary', 'promote', ...of, '--yes']));
      succeeded(await running.ended);
    },
    4 * MINUTE_MS,
  );
});

describe('metrics', () => {
  /** Prometheus of the lab, as a process. */
  const prometheus = (): { readonly pid: number; readonly argv: readonly string[] } | undefined => {
    for (const name of readdirSync('/proc').filter((one) => /^\d+$/.test(one)))
      try {
        const argv = readFileSync(`/proc/${name}/cmdline`, 'utf8').split('\0').slice(0, -1);
        if (argv[1]?.startsWith('--config.file=') && argv[1].includes(lab.kubeconfig.replace(/kubeconfig$/, '')))
          return { pid: Number(name), argv };
      } catch {
        // It ended meanwhile.
      }
    return undefined;
  };

  test(
    'that are away for a while decide nothing, and the run goes on when they are back',
    async () => {
      const traffic = await steadyTraffic(lab, client(), { url: URL_IN_MESH, perSecond: 60 });
      const running = run(
        plan({
          steps: [50],
          hold: '5s',
          analysis: { interval: '3s', cleanHold: { requests: 100, for: '4s' }, metrics: [{ errors: {} }] },
        }),
      );
      await until('the first step', ({ weight }) => weight.applied === 50);
      const server = prometheus();
      if (server === undefined) throw new Error('Prometheus does not run');
      process.kill(server.pid, 'SIGKILL');
      await sleep(15_000);
      expect(await status()).toMatchObject({ outcome: null, weight: { applied: 50 } });
      const [program, ...args] = lab.inNetworkOf('node');
      const again = spawn(program, [...args, ...server.argv], { stdio: 'ignore' });
      try {
        expect(statusIn(succeeded(await running.ended))).toMatchObject({ outcome: 'promoted', verdict: 'good' });
        expect(running.said()).toMatch(/Prometheus|metrics/);
      } finally {
        again.kill('SIGKILL');
        expect(lost(await traffic.stop())).toEqual([]);
      }
    },
    4 * MINUTE_MS,
  );
});
