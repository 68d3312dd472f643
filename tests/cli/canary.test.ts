import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { keptState } from '../../charts-src/canary/rollout-annotations.ts';
import { statusDocument, type CanaryStatus } from '../../scripts/cli/canary/status-document.ts';
import { statusText } from '../../scripts/cli/canary/status-text.ts';
import { prometheusMetrics } from '../../scripts/metrics/prometheus-metrics.ts';
import { canaryMesh, HOST, REFERENCE, route, virtualService } from '../support/canary-mesh.ts';
import { canaryWorld, type CanaryWorld } from './canary-world.ts';
import { project, type Project, type Ran } from './project.ts';
import { readSchemaFile, schemaErrors } from './schemas.ts';

// The client library of a cluster takes a while to load.
vi.setConfig({ testTimeout: 60_000 });

let here: Project;
let world: CanaryWorld;
beforeEach(() => {
  here = project();
  world = canaryWorld(here);
});
afterEach(() => {
  here.remove();
});

const PLAN = `target: { namespace: shop, host: order-service, stable: v1, canary: v2 }
steps: [10, 50]
hold: 2s
drain: 1s
`;
const PAUSED = PLAN.replace('[10, 50]', '[10, { weight: 50, pause: true }]').concat('analysis: false\n');

const run = (plan: string, ...more: readonly string[]): Promise<Ran> => {
  here.file('canary.yaml', plan);
  return world.weft(['canary', 'run', '--plan', 'canary.yaml', '--yes', '-o', 'json', ...more]);
};
/** Drives a run as process 7, up to the pause of its plan. */
const runToItsPause = async (plan = PAUSED) => {
  here.file('paused.yaml', plan);
  const started = world.start(['canary', 'run', '--plan', 'paused.yaml', '--yes', '-o', 'json'], {}, 7);
  await world.until('the pause', () => started.said().includes('the plan asks for a pause'));
  return started;
};
const statusOf = ({ out }: Pick<Ran, 'out'>): CanaryStatus => {
  const status = JSON.parse(out) as CanaryStatus;
  expect(schemaErrors('canary-status', status)).toEqual([]);
  return status;
};
const writes = (): number => world.mesh.cluster.history(REFERENCE).length;

describe('run', () => {
  test('promotes what is no worse: exit code 0, progress on stderr, one document on stdout', async () => {
    const { code, out, err } = await run(PLAN);
    expect(code).toBe(0);
    expect(statusOf({ out })).toMatchObject({
      phase: 'Promoted',
      outcome: 'promoted',
      weight: { wanted: 100, applied: 100, acknowledged: 100 },
      verdict: 'good',
      holder: null,
    });
    expect(err).toMatch(/^run r1\n/);
    for (const words of [
      'the canary gets 10 %',
      'the canary gets 50 %',
      'the canary gets all requests',
      'the run is over',
    ])
      expect(err).toContain(words);
    expect(world.mesh.weights()).toEqual([100]);
  });

  test('takes back what is worse: exit code 1, and the document says why', async () => {
    world.traffic = { stable: 0, canary: 30 };
    const { code, out } = await run(PLAN);
    expect(code).toBe(1);
    expect(statusOf({ out })).toMatchObject({
      outcome: 'rolled-back',
      reason: { cause: 'bad' },
      verdict: 'bad',
      weight: { applied: 0 },
    });
  });

  test('says what is inconclusive: exit code 1, weights as they were', async () => {
    world.traffic = 'none';
    const { code, out } = await run(`${PLAN}policies: { noEvidence: { after: 30s, then: stop } }\n`);
    expect(code).toBe(1);
    expect(statusOf({ out })).toMatchObject({
      outcome: 'inconclusive',
      reason: { cause: 'no-evidence' },
      weight: { applied: 10 },
    });
  });

  test('goes on with a run that another process left, without a plan of its own', async () => {
    here.file('canary.yaml', PAUSED);
    const first = world.start(['canary', 'run', '--plan', 'canary.yaml', '--yes', '-o', 'json'], {}, 7);
    await world.until('the first step', () => first.said().includes('the canary gets 10 %'));
    first.interrupt();
    const left = await first.end();
    expect(left.code).toBe(130);
    expect(left.err).toContain(
      'weft canary run order-service -n shop goes on, weft canary abort order-service -n shop takes it back',
    );
    expect(statusOf(left)).toMatchObject({ outcome: null, holder: null, weight: { applied: 10 } });
    expect(world.mesh.weights()).toEqual([10]);

    const second = world.start(['canary', 'run', 'order-service', '--yes', '-o', 'json'], {}, 8);
    await world.until('the pause', () => second.said().includes('the plan asks for a pause'));
    await world.weft(['canary', 'resume', 'order-service', '--yes']);
    const { code, out } = await second.end();
    expect(code).toBe(0);
    expect(statusOf({ out })).toMatchObject({ run: 'r1', outcome: 'promoted' });
  });

  test('does not start beside another one, unless told that the other one is no more', async () => {
    const first = await runToItsPause();
    const second = await run(PAUSED);
    expect(second.code).toBe(3);
    expect(JSON.parse(second.out)).toMatchObject({ kind: 'Failure', exitCode: 3 });
    expect(second.err).toContain('held by process 7 on laptop');
    expect(second.err).toContain('--take-over takes it');
    const taken = world.start(['canary', 'run', '--plan', 'paused.yaml', '--yes', '--take-over'], {}, 9);
    expect((await first.end()).code).toBe(3);
    expect((await first.end()).err).toContain('is not ours any more: process 9 on laptop drives it');
    await world.weft(['canary', 'abort', 'order-service', '--yes']);
    expect((await taken.end()).code).toBe(1);
  });

  test('asks first; without a terminal it names the flag, and writes nothing', async () => {
    here.file('canary.yaml', PLAN);
    const argv = ['canary', 'run', '--plan', 'canary.yaml'];
    const before = writes();
    const nobody = await world.weft(argv);
    expect(nobody.code).toBe(2);
    expect(nobody.err).toContain(
      'Move requests of shop/order-service from v1 to v2 (10, 50 %, then all) on context twin (memory)?',
    );
    expect(nobody.err).toContain('Say yes beforehand: --yes');
    const no = await world.weft(argv, { ask: () => Promise.resolve('n') });
    expect(no).toMatchObject({ code: 2, err: 'error: nothing was done\n' });
    expect(writes()).toBe(before);
    expect((await world.weft(argv, { ask: () => Promise.resolve('y') })).code).toBe(0);
  });

  test.each(['client', 'server'])('--dry-run=%s shows the writes and makes none', async (where) => {
    const before = writes();
    const { code, out, err } = await run(PLAN, `--dry-run=${where}`);
    expect({ code, writes: writes() }).toEqual({ code: 0, writes: before });
    expect(schemaErrors('canary-plan', JSON.parse(out))).toEqual([]);
    expect(err).toContain(
      where === 'server' ? 'the cluster would take it' : 'nothing was written: this is a dry run\n',
    );
  });

  test('takes a plan from options, and from stdin', async () => {
    const argv = ['canary', 'run', '--yes', '-o', 'json'];
    const by = await world.weft([
      ...argv,
      'order-service',
      '--from',
      'v1',
      '--to',
      'v2',
      '--steps',
      '20,40',
      '--hold',
      '1s',
      '--promotion',
      'none',
      '--analysis',
      'off',
    ]);
    expect(statusOf(by)).toMatchObject({
      outcome: 'settled',
      weight: { applied: 40 },
      steps: [{ weight: 20 }, { weight: 40 }],
    });
    const stdin = (): Promise<string> => Promise.resolve(PLAN.replace('[10, 50]', '[50]'));
    expect(statusOf(await world.weft([...argv, '--plan', '-'], { stdin }))).toMatchObject({ outcome: 'promoted' });
  });

  test('waits for metrics that are away, and decides nothing by it', async () => {
    here.file('canary.yaml', PLAN);
    world.traffic = 'away';
    const started = world.start(['canary', 'run', '--plan', 'canary.yaml', '--yes', '-o', 'json']);
    await world.until('the first step', () => started.said().includes('the canary gets 10 %'));
    await world.mesh.clock.pass(600_000);
    expect(world.mesh.weights()).toEqual([10]);
    world.traffic = { stable: 0, canary: 0 };
    await world.until('its end', () => started.said().includes('the run is over'));
    expect((await started.end()).code).toBe(0);
  });

  test('is not led astray by clocks that jump', async () => {
    here.file('canary.yaml', PLAN);
    const started = world.start(['canary', 'run', '--plan', 'canary.yaml', '--yes', '-o', 'json']);
    await world.until('the first step', () => started.said().includes('the canary gets 10 %'));
    const beganMs = world.mesh.clock.monotonicMs();
    world.mesh.clock.jump(-3_600_000);
    await world.until('the second step', () => started.said().includes('the canary gets 50 %'));
    world.mesh.clock.jump(7_200_000);
    await world.until('its end', () => started.said().includes('the run is over'));
    expect((await started.end()).code).toBe(0);
    expect(world.mesh.clock.monotonicMs() - beganMs).toBeGreaterThan(4_000);
  });

  test('ends with 1 when its object is deleted, and says so', async () => {
    here.file('canary.yaml', PLAN);
    const started = world.start(['canary', 'run', '--plan', 'canary.yaml', '--yes', '-o', 'json']);
    await world.until('the first step', () => started.said().includes('the canary gets 10 %'));
    world.mesh.cluster.remove('VirtualService', REFERENCE);
    const { code, out } = await started.end();
    expect(code).toBe(1);
    expect(statusOf({ out })).toMatchObject({
      outcome: 'inconclusive',
      reason: { cause: 'gone', message: expect.stringContaining('was deleted') as string },
    });
  });
});

describe('a plan that does not fit is exit code 2, with all that is wrong', () => {
  test.each([
    {
      name: 'a subset that is not declared',
      plan: PLAN.replace('canary: v2', 'canary: v3'),
      says: ['declares no subset "v3" (declared: v1, v2)'],
    },
    {
      name: 'no DestinationRule',
      plan: PLAN.replace('canary: v2 }', 'canary: v2, destinationRule: nothing }'),
      says: ['DestinationRule shop/nothing is not there'],
    },
    {
      name: 'two things at once',
      plan: PLAN.replace('canary: v2 }', 'canary: v3, virtualServices: [nothing] }'),
      says: ['declares no subset "v3"', 'VirtualService shop/nothing is not there'],
    },
    {
      name: 'weights over 100',
      plan: PLAN.replace('50]', '150]'),
      says: ['canary.yaml:2 steps[1]', '150 is no share of the requests'],
    },
    { name: 'no YAML', plan: 'steps: [\n', says: ['canary.yaml is no YAML', 'canary.yaml:2'] },
    { name: 'nothing', plan: '', says: ['canary.yaml is empty'] },
    {
      name: 'a step too far back',
      plan: PLAN.replace('[10, 50]', '[5, 50]'),
      rolled: 20,
      says: ['the canary has 20 % already, more than the 5 % of the first step'],
    },
  ])('$name', async ({ plan, says, rolled }) => {
    if (rolled !== undefined)
      world = canaryWorld(here, canaryMesh(virtualService([route({ v1: 100 - rolled, v2: rolled })])));
    const before = writes();
    for (const command of ['run', 'plan']) {
      here.file('canary.yaml', plan);
      const { code, out, err } = await world.weft([
        'canary',
        command,
        '--plan',
        'canary.yaml',
        '-o',
        'json',
        ...(command === 'run' ? ['--yes'] : []),
      ]);
      expect(code, err).toBe(2);
      for (const words of says) expect(err).toContain(words);
      expect(schemaErrors('failure', JSON.parse(out))).toEqual([]);
    }
    expect(writes()).toBe(before);
  });

  test('what goes past the weights is said before anything is written', async () => {
    const at = { metadata: { name: 'public', namespace: 'shop' }, spec: { hosts: ['shop.example.com'] } };
    const http = [{ route: [{ destination: { host: HOST } }] }];
    world.mesh.cluster.put({ ...virtualService(), metadata: at.metadata, spec: { ...at.spec, http } });
    const says =
      'VirtualService shop/public, http route without a name, sends to order-service.shop.svc.cluster.local without a subset';
    here.file('canary.yaml', PLAN);
    expect((await world.weft(['canary', 'plan', '--plan', 'canary.yaml'])).out).toContain(says);
    const { code, err } = await run(PLAN);
    expect(err).toContain(says);
    expect(code).toBe(0);
  });

  test('a rival for the same host is named', async () => {
    world.mesh.cluster.put(virtualService([route()], 'rival'));
    const { code, err } = await run(PLAN);
    expect(code).toBe(2);
    expect(err).toContain('VirtualService shop/rival is for the same host, but the plan does not name it');
  });

  test.each([
    { argv: ['run'], says: 'say what is moved' },
    { argv: ['run', 'order-service'], says: 'no run of order-service is there to go on with' },
    { argv: ['run', 'order-service', '--from', 'v1'], says: '--to is missing' },
    { argv: ['run', 'order-service', '--from', 'v1', '--to', 'v2', '--steps', '5,x'], says: '--steps steps[1]' },
    { argv: ['run', 'order-service', '--from', 'v1', '--to', 'v1'], says: '"v1" is the stable arm already' },
    { argv: ['run', '--plan', 'nothing.yaml'], says: '--plan nothing.yaml: there is no such file' },
    { argv: ['run', '--plan', 'canary.yaml', '--steps', '5'], says: '--steps is for plans without a file' },
    { argv: ['run', '--plan', 'canary.yaml', '-n', 'other'], says: 'is about namespace shop, and -n says other' },
    { argv: ['run', 'user-service', '--plan', 'canary.yaml'], says: 'and not about user-service' },
  ])('weft canary $argv', async ({ argv, says }) => {
    here.file('canary.yaml', PLAN);
    const { code, err } = await world.weft(['canary', ...argv, '--yes']);
    expect(code, err).toBe(2);
    expect(err).toContain(says);
  });
});

describe('the world as it may be', () => {
  const argv = [
    'canary',
    'run',
    'order-service',
    '-n',
    'shop',
    '--from',
    'v1',
    '--to',
    'v2',
    '--analysis',
    'off',
    '--yes',
  ];
  const live = (env: Record<string, string>, more: readonly string[] = []): Promise<Ran> =>
    here.weft([...argv, ...more], { env: { ...env, HOME: here.folder } });

  test('no kubeconfig', async () => {
    const { code, err } = await live({});
    expect(code).toBe(2);
    expect(err).toContain('No cluster is configured');
    expect(err).toContain('--kubeconfig');
  });

  test('a kubeconfig that is not there, and one without the context', async () => {
    expect(await live({ KUBECONFIG: '' }, ['--kubeconfig', 'nothing'])).toMatchObject({
      code: 2,
      err: expect.stringContaining('nothing does not exist') as string,
    });
    here.file('kubeconfig', kubeconfig('https://127.0.0.1:1'));
    const other = await live({}, ['--kubeconfig', 'kubeconfig', '--context', 'other']);
    expect(other.code).toBe(2);
    expect(other.err).toContain('other');
  });

  test('a cluster that does not answer is exit code 3, at once', async () => {
    here.file('kubeconfig', kubeconfig('https://127.0.0.1:1'));
    const { code, err } = await live({ KUBECONFIG: `${here.folder}/kubeconfig` });
    expect(code).toBe(3);
    expect(err).toContain('127.0.0.1:1');
  });

  test('a cluster that refuses us is exit code 3, in its words', async () => {
    const server = await answering((_, response) => {
      response.writeHead(401, { 'content-type': 'application/json' });
      response.end('{"kind":"Status","message":"Unauthorized","code":401}');
    });
    try {
      here.file('kubeconfig', kubeconfig(`http://127.0.0.1:${(server.address() as AddressInfo).port}`));
      const { code, err } = await live({ KUBECONFIG: `${here.folder}/kubeconfig` });
      expect(code).toBe(3);
      expect(err).toContain('Unauthorized');
    } finally {
      server.close();
    }
  });

  test('rights that are missing are named verb by verb, before anything is written', async () => {
    world.mesh.cluster.forbidden.push(
      ({ verb, resource }) => verb === 'update' || resource.startsWith('endpointslices'),
    );
    const before = writes();
    for (const command of ['plan', 'run']) {
      here.file('canary.yaml', PLAN);
      const { code, err } = await world.weft([
        'canary',
        command,
        '--plan',
        'canary.yaml',
        ...(command === 'run' ? ['--yes'] : []),
      ]);
      expect(code).toBe(3);
      expect(err).toContain('rights are missing, and nothing was written');
      expect(err).toContain('update virtualservices.networking.istio.io\n    order-service in namespace shop');
      expect(err).toContain('list endpointslices.discovery.k8s.io\n    in namespace shop');
    }
    expect(writes()).toBe(before);
  });

  test('also where not even the VirtualService may be read', async () => {
    world.mesh.cluster.forbidden.push(() => true);
    const { code, err } = await run(PLAN);
    expect(code).toBe(3);
    for (const verb of ['get', 'watch', 'update']) expect(err).toContain(`${verb} virtualservices.networking.istio.io`);
  });

  test('metrics that nobody named are asked for before anything is written', async () => {
    const { code, err } = await here.weft(
      argv.filter((word) => word !== '--analysis' && word !== 'off'),
      {
        env: { HOME: here.folder, KUBECONFIG: `${here.folder}/none` },
      },
    );
    expect(code).toBe(2);
    expect(err).toMatch(/No cluster is configured|nobody said where Prometheus is/);
  });

  test.each([
    {
      what: 'rubbish',
      answer: 'gfhj',
      says: /answered +127\.0\.0\.1:\d+ answered, but not as Prometheus does: gfhj\n/,
    },
    {
      what: 'HTML',
      answer: '<html><body>Sign in</body></html>',
      says: /not as Prometheus does: Sign in\n.*right address/,
    },
    {
      what: 'NaN',
      answer: JSON.stringify({ status: 'success', data: { resultType: 'scalar', result: [1, 'NaN'] } }),
      says: /answered +time\(\) gave NaN, not a time\n/,
    },
    { what: 'nothing', answer: '', says: /not as Prometheus does\n/ },
  ])('a Prometheus that answers $what decides nothing, and blind time is by policy', async ({ answer, says }) => {
    const server = await answering((_, response) => response.end(answer));
    try {
      const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      here.file('canary.yaml', `${PLAN}policies: { blind: { after: 20m, then: rollback } }\n`);
      const { mesh } = world;
      const connect = () =>
        Promise.resolve({
          ports: { ...mesh.ports(1), metrics: prometheusMetrics({ url, env: {}, cwd: here.folder }) },
          namespace: 'shop',
          where: 'twin',
          close: () => Promise.resolve(),
        });
      const started = world.start(['canary', 'run', '--plan', 'canary.yaml', '--yes', '-o', 'json'], { connect });
      await world.until('the first step', () => started.said().includes('the canary gets 10 %'));
      // By the mesh's clock a real server may be too slow: what it once said is what status tells.
      let blind = undefined as CanaryStatus | undefined; // set by what is waited for
      await world.until('a heartbeat that tells what was answered', () => {
        const lying = mesh.cluster.get('VirtualService', REFERENCE);
        const state = lying && keptState(lying);
        blind = state?.kept === 'rollout' ? statusDocument(state.rollout, []) : undefined;
        return typeof blind?.unread[0]?.answered === 'string';
      });
      expect(mesh.weights()).toEqual([10]);
      expect(schemaErrors('canary-status', blind)).toEqual([]);
      const told = blind === undefined ? '' : statusText(blind, { hasColourOut: false });
      expect(told).toMatch(/metrics +cannot be read, for/);
      expect(told).toContain(`asked      POST ${url}/api/v1/query: time()`);
      expect(told).toMatch(says);
      expect(told).toMatch(/to mend +Is this .*\?\n/);
      await world.until('its end', () => started.said().includes('the run is over'));
      const { code, out } = await started.end();
      expect(code).toBe(1);
      expect(statusOf({ out })).toMatchObject({
        outcome: 'rolled-back',
        reason: { cause: 'blind', message: expect.stringContaining('1200 s: ask Prometheus') as unknown },
        weight: { applied: 0 },
      });
    } finally {
      server.close();
    }
  });
});

const answering = (handler: Parameters<typeof createServer>[1]): Promise<Server> =>
  new Promise((resolve) => {
    const server = createServer(handler ?? (() => undefined)).listen(0, '127.0.0.1', () => resolve(server));
  });

const kubeconfig = (server: string): string =>
  JSON.stringify({
    'current-context': 'here',
    contexts: [{ name: 'here', context: { cluster: 'here', user: 'me', namespace: 'shop' } }],
    clusters: [{ name: 'here', cluster: { server } }],
    users: [{ name: 'me', user: { token: 'abc' } }],
  });

describe('commands about a run', () => {
  const command = (name: string, ...more: readonly string[]): Promise<Ran> =>
    world.weft(['canary', name, 'order-service', '--yes', '-o', 'json', ...more], {}, 2);

  test('resume, then promote, by another process than the one that drives', async () => {
    const started = await runToItsPause();
    expect(statusOf(await command('resume'))).toMatchObject({ phase: 'Progressing' });
    await world.until('its end', () => started.said().includes('the run is over'));
    expect((await started.end()).code).toBe(0);
    expect(world.mesh.weights()).toEqual([100]);
  });

  test('pause keeps the weights, promote gives all', async () => {
    here.file('canary.yaml', PLAN.replace('hold: 2s', 'hold: 1h'));
    const started = world.start(['canary', 'run', '--plan', 'canary.yaml', '--yes'], {}, 7);
    await world.until('the first step', () => started.said().includes('the canary gets 10 %'));
    expect(statusOf(await command('pause'))).toMatchObject({ phase: 'Paused', reason: { cause: 'user' } });
    await world.mesh.clock.pass(7_200_000);
    expect(world.mesh.weights()).toEqual([10]);
    expect((await command('resume')).code).toBe(0);
    expect((await command('step')).code).toBe(0);
    await world.until('the second step', () => world.mesh.weights()[0] === 50);
    expect((await command('promote')).code).toBe(0);
    await world.until('its end', () => started.said().includes('the run is over'));
    expect((await started.end()).code).toBe(0);
    expect(world.mesh.weights()).toEqual([100]);
  });

  test('abort acts at once, with an engine that waits and without one', async () => {
    const started = await runToItsPause();
    const beganMs = world.mesh.clock.monotonicMs();
    const aborting = world.start(['canary', 'abort', 'order-service', '--yes'], {}, 2);
    await world.until('no requests', () => world.mesh.weights()[0] === 0);
    expect(world.mesh.clock.monotonicMs() - beganMs).toBeLessThan(1_000);
    expect((await aborting.end()).code).toBe(0);
    expect((await started.end()).code).toBe(1);

    const left = await runToItsPause();
    left.interrupt();
    expect((await left.end()).code).toBe(130);
    const alone = await command('abort');
    expect(alone.code).toBe(0);
    expect(statusOf(alone)).toMatchObject({ phase: 'RolledBack', outcome: 'rolled-back', weight: { applied: 0 } });
  });

  test('undo makes of the object what it was before', async () => {
    const before = world.mesh.cluster.get('VirtualService', REFERENCE);
    expect((await run(PLAN)).code).toBe(0);
    const undone = await command('undo');
    expect(undone.code).toBe(0);
    expect(statusOf(undone)).toMatchObject({ outcome: 'undone' });
    const after = world.mesh.cluster.get('VirtualService', REFERENCE);
    expect(after?.spec).toEqual(before?.spec);
    expect(after?.metadata.annotations).toBeUndefined();
  });

  test('set is taken over by a run that is under way', async () => {
    const started = await runToItsPause();
    expect((await world.weft(['canary', 'set', 'order-service', 'v2=30', '--yes'], {}, 2)).code).toBe(0);
    await world.until('the weight', () => world.mesh.weights()[0] === 30);
    expect((await command('abort')).code).toBe(0);
    await started.end();
  });

  test('set without a run is one of a single step, also downwards', async () => {
    for (const [v2, weight] of [
      ['v2=25', 25],
      ['v2=12.5', 12.5],
      ['v1=100', 0],
    ] as const) {
      const { code, err } = await world.weft(['canary', 'set', 'order-service', v2, '--yes', '-o', 'json']);
      expect(code, err).toBe(0);
      const [lying] = world.mesh.weights();
      expect(lying === undefined ? undefined : lying > 100 ? lying / 100 : lying).toBe(weight);
    }
    const refused = await world.weft(['canary', 'set', 'order-service', 'v3=5', '--yes']);
    expect(refused.code).toBe(2);
    expect(refused.err).toContain('v3');
  });

  test('--dry-run writes nothing', async () => {
    const started = await runToItsPause();
    const before = writes();
    for (const where of ['client', 'server'])
      for (const name of ['abort', 'promote', 'resume'])
        expect((await command(name, `--dry-run=${where}`)).code).toBe(0);
    expect((await world.weft(['canary', 'set', 'order-service', 'v2=30', '--dry-run=client'], {}, 2)).code).toBe(0);
    expect(writes()).toBe(before);
    await command('abort');
    await started.end();
  });

  test.each(['step', 'pause', 'resume', 'promote', 'abort', 'undo'])(
    '%s without a run is exit code 2',
    async (name) => {
      const { code, err } = await command(name);
      expect(code).toBe(2);
      expect(err).toContain('knows of no run');
    },
  );

  test('what makes no sense is refused in words', async () => {
    const started = await runToItsPause();
    expect(await command('undo')).toMatchObject({
      code: 2,
      err: expect.stringContaining('cannot be undone') as string,
    });
    expect(await command('pause')).toMatchObject({
      code: 2,
      err: expect.stringContaining('is paused already') as string,
    });
    await command('abort');
    await started.end();
    expect(await command('promote')).toMatchObject({ code: 2, err: expect.stringContaining('is over') as string });
  });
});

describe('status', () => {
  const status = (...more: readonly string[]): Promise<Ran> =>
    world.weft(['canary', 'status', 'order-service', ...more], {}, 3);

  test('without a run, and of a service that is not there', async () => {
    expect(await status()).toEqual({
      code: 0,
      out: 'There is no run on VirtualService shop/order-service.\n',
      err: '',
    });
    expect(statusOf(await status('-o', 'json'))).toMatchObject({ run: null, phase: null });
    const nothing = await world.weft(['canary', 'status', 'nothing']);
    expect(nothing.code).toBe(2);
    expect(nothing.err).toContain('VirtualService shop/nothing');
  });

  test('of a run: head, steps and events', async () => {
    const started = await runToItsPause();
    const { code, out } = await status();
    expect(code).toBe(0);
    expect(out).toContain('shop/order-service   v1 → v2   run r1   ॥ Paused');
    expect(out).toContain('why        the plan asks for a pause at 50 %');
    expect(out).toContain('weight     wanted 50 %, written 50 %, in the proxies 50 %');
    expect(out).toContain('step       2 of 2, held');
    expect(out).toMatch(/✔ {2}1 +10 % {2}done/);
    expect(out).toMatch(/◌ {2}2 +50 % {2}now +for 2s, by time alone, then waits for resume/);
    expect(out).toContain('laptop, process 7');
    await world.weft(['canary', 'abort', 'order-service', '--yes'], {}, 2);
    await started.end();
    const rolledBack = (await status()).out;
    expect(rolledBack).toContain('✖ RolledBack');
    expect(rolledBack).toMatch(/ {4}1 +10 % {2}over/);
    expect(rolledBack).not.toContain('next');
  });

  test('-w ends with the run, and its exit code says how that ended', async () => {
    const started = await runToItsPause();
    const watching = world.start(['canary', 'status', 'order-service', '-w'], {}, 3);
    const inJson = world.start(['canary', 'status', 'order-service', '-w', '-o', 'json'], {}, 4);
    await world.mesh.clock.pass(5_000);
    await world.weft(['canary', 'abort', 'order-service', '--yes'], {}, 2);
    await started.end();
    const { code, out } = await watching.end();
    expect(code).toBe(1);
    expect(out.match(/\n {2}2026.*abort/g)).toHaveLength(1);
    expect(out).not.toContain('\u001b');
    const lines = (await inJson.end()).out.trim().split('\n');
    expect(lines.length).toBeGreaterThan(1);
    for (const line of lines) statusOf({ out: line });
    expect(statusOf({ out: lines.at(-1) ?? '' })).toMatchObject({ outcome: 'rolled-back' });
  });

  test('names the proxy that is waited for', async () => {
    const [, held] = world.mesh.plane.proxies;
    here.file('canary.yaml', PAUSED);
    const started = world.start(['canary', 'run', '--plan', 'canary.yaml', '--yes'], {}, 7);
    await world.until('the first step', () => started.said().includes('the canary gets 10 %'));
    await world.until('the first hold', () => world.mesh.weights()[0] === 10);
    if (held !== undefined) held.heldSinceMs = world.mesh.clock.monotonicMs();
    await world.until('the second step', () => world.mesh.weights()[0] === 50);
    await world.mesh.clock.pass(3_000);
    expect(statusOf(await status('-o', 'json'))).toMatchObject({
      weight: { applied: 50, acknowledged: null },
      acknowledgement: { by: null, lagging: [{ namespace: 'shop', pod: 'user-1' }] },
    });
    if (held !== undefined) held.heldSinceMs = null;
    await world.until('the pause', () => started.said().includes('the plan asks for a pause'));
    await world.weft(['canary', 'abort', 'order-service', '--yes'], {}, 2);
    await started.end();
  });
});

describe('plan', () => {
  test('shows every write and what it waits for', async () => {
    here.file('canary.yaml', `${PLAN}hooks: [{ name: office-hours, when: before-step, command: ['true'] }]\n`);
    const { code, out } = await world.weft(['canary', 'plan', '--plan', 'canary.yaml']);
    expect(code).toBe(0);
    await expect(out).toMatchFileSnapshot('golden/canary-plan.txt');
  });

  test('prints whole objects when asked, and one document in JSON', async () => {
    here.file('canary.yaml', PLAN);
    const whole = await world.weft(['canary', 'plan', '--plan', 'canary.yaml', '--whole', '-o', 'json']);
    const document = JSON.parse(whole.out) as {
      readonly writes: readonly { readonly objects: readonly { readonly whole: unknown }[] }[];
    };
    expect(schemaErrors('canary-plan', document)).toEqual([]);
    expect(document.writes[1]?.objects[0]?.whole).toMatchObject({
      kind: 'VirtualService',
      spec: { http: [{ route: [{ weight: 90 }, { weight: 10 }] }] },
    });
    expect(writes()).toBe(1);
  });
});

describe('rbac', () => {
  test('prints the Roles of a plan, without a cluster', async () => {
    here.file('canary.yaml', PLAN);
    const { code, out } = await here.weft([
      'canary',
      'rbac',
      '--plan',
      'canary.yaml',
      '--service-account',
      'ci/release',
    ]);
    expect(code).toBe(0);
    await expect(out).toMatchFileSnapshot('golden/canary-rbac.yaml');
  });

  test.each([
    { argv: [], says: 'say who gets the rights, with one of --service-account, --user and --group' },
    { argv: ['--user', 'ada', '--group', 'ops'], says: 'only one of' },
  ])('$argv', async ({ argv, says }) => {
    here.file('canary.yaml', PLAN);
    const { code, err } = await here.weft(['canary', 'rbac', '--plan', 'canary.yaml', ...argv]);
    expect(code).toBe(2);
    expect(err).toContain(says);
  });
});

describe('simulate', () => {
  test('says what a plan would find, the same for the same seed', async () => {
    here.file('canary.yaml', PLAN.replace('hold: 2s', 'hold: 60s').replace('[10, 50]', '[25, 50]'));
    const argv = ['canary', 'simulate', '--plan', 'canary.yaml', '--rate', '50', '--runs', '5', '-o', 'json'];
    const first = await here.weft(argv);
    expect(first.code).toBe(0);
    const document = JSON.parse(first.out) as {
      readonly noWorse: { readonly rolledBack: number };
      readonly smallestFound: number | null;
    };
    expect(schemaErrors('canary-simulation', document)).toEqual([]);
    expect(document.noWorse.rolledBack).toBeLessThan(0.2);
    expect(document.smallestFound).toBeGreaterThan(1);
    expect((await here.weft(argv)).out).toBe(first.out);
  });

  test.each([
    { argv: [], says: 'say how many requests come' },
    { argv: ['--rate', 'many'], says: '--rate "many" is no number' },
    { argv: ['--history', '7d'], says: '--history asks Prometheus: say where it is' },
    { argv: ['--history', 'x'], says: 'is no duration' },
  ])('$argv is exit code 2', async ({ argv, says }) => {
    here.file('canary.yaml', PLAN);
    const { code, err } = await here.weft(['canary', 'simulate', '--plan', 'canary.yaml', ...argv], { env: {} });
    expect(code).toBe(2);
    expect(err).toContain(says);
  });
});

test.each(['canary-plan-file', 'canary-set-report', 'canary-status', 'canary-plan', 'canary-simulation'])(
  'docs/schemas/examples/%s.json fits its schema',
  (name) => {
    const example = readSchemaFile(`examples/${name}.json`) as object;
    expect(schemaErrors(name, example)).toEqual([]);
    expect(
      schemaErrors(name, { ...example, [name === 'canary-plan-file' ? 'stpes' : 'schemaVersion']: 2 }),
    ).not.toEqual([]);
  },
);
