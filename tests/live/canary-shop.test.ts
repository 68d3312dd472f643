import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startLab, type Lab } from '../support/lab.ts';
import type { ManifestDocument } from '../support/manifest-folders.ts';
import { until } from '../support/until.ts';
import { kubectl, runningPods, type CommandResult } from '../support/mesh-cluster.ts';
import { buildCommandLine, startWeft, statusIn, weft } from './canary-mesh.ts';
import { readmeCanary } from './readme-canary.ts';
import { deploy, leaf, SHOP_IMAGES } from './shop-on-mesh.ts';
import { lost, steadyTraffic, type SteadyTraffic } from './steady-traffic.ts';

const MINUTE_MS = 60_000;
const lines = readmeCanary();

let lab: Lab;
let traffic: SteadyTraffic;

beforeAll(async () => {
  buildCommandLine();
  lab = await startLab(SHOP_IMAGES, { prometheus: true });
  await deploy(lab, leaf('microservices/dev').filter(isNeeded), { namespace: 'shop', host: 'shop.localhost' });
  const [gateway] = (await runningPods(lab, 'shop')).filter(({ labels }) => labels['app'] === 'api-gateway');
  if (gateway === undefined) throw new Error('no api-gateway runs');
  traffic = await steadyTraffic(lab, gateway, { url: 'http://order-service/api/orders', perSecond: 40 });
}, 6 * MINUTE_MS);
const folder = mkdtempSync(join(tmpdir(), 'weft-kubeconfig-'));
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await lab?.stop();
}, MINUTE_MS);

/** What runs is the service and its caller; all that only is declared is there as it is. */
const isNeeded = ({ object: { kind, metadata } }: ManifestDocument): boolean =>
  !['StatefulSet', 'Job', 'Deployment'].includes(kind) || /^(?:api-gateway|order-service)-v\d$/.test(metadata.name);

const weights = async (): Promise<Readonly<Record<string, number>>> => {
  const text = await kubectl(lab, ['get', 'virtualservice', 'order-service', '-n', 'shop', '-o', 'json']);
  const { spec } = JSON.parse(text) as {
    readonly spec: {
      readonly http: readonly {
        readonly route: readonly { readonly destination: { readonly subset: string }; readonly weight?: number }[];
      }[];
    };
  };
  return Object.fromEntries(
    (spec.http.at(-1)?.route ?? []).map(({ destination, weight = 100 }) => [destination.subset, weight]),
  );
};

/** A kubeconfig with a token of a service account instead of the admin's certificate. */
const asAccount = async (namespace: string, name: string): Promise<Lab> => {
  await kubectl(lab, ['create', 'serviceaccount', name, '-n', namespace]);
  const token = (await kubectl(lab, ['create', 'token', name, '-n', namespace])).trim();
  const admin = JSON.parse(
    await kubectl(lab, ['config', 'view', '--raw', '--kubeconfig', lab.kubeconfig, '-o', 'json']),
  ) as { readonly users: readonly { readonly name: string }[] };
  const config = { ...admin, users: admin.users.map((user) => ({ name: user.name, user: { token } })) };
  const kubeconfig = join(folder, `${name}.json`);
  writeFileSync(kubeconfig, JSON.stringify(config));
  return { ...lab, kubeconfig };
};

test(
  'a laptop with just the printed Roles moves weights, and hears from the proxies that they hold them',
  async () => {
    const plan = JSON.stringify({
      target: { namespace: 'shop', host: 'order-service', stable: 'v1', canary: 'v2' },
      steps: [50],
      promotion: 'manual',
      analysis: false,
      hold: '1s',
      drain: '1s',
    });
    const argv = (command: string): readonly string[] => ['canary', command, 'order-service', '-n', 'shop'];
    const run = ['canary', 'run', '--plan', '-', '--yes', '-o', 'json'];
    const laptop = await asAccount('shop', 'laptop');
    const before = await weights();

    const rightless = await weft(laptop, run, plan);
    expect(rightless.code).toBe(3);
    for (const right of ['get virtualservices', 'update virtualservices', 'list pods'])
      expect(rightless.stderr).toContain(right);

    const account = ['--service-account', 'shop/laptop', '--port-forward', 'shop'];
    const printed = await weft(laptop, ['canary', 'rbac', '--plan', '-', ...account], plan);
    await kubectl(lab, ['apply', '-f', '-'], printed.stdout);
    const running = startWeft(laptop, run, plan);
    await until('the pause at the end', { timeoutMs: MINUTE_MS, details: running.said }, () =>
      running.said().includes('the plan waits for `weft canary promote`'),
    );
    const status = statusIn(await weft(laptop, [...argv('status'), '-o', 'json']));
    expect(status.acknowledgement).toMatchObject({ by: 'proxies', lagging: [] });
    expect(status.acknowledgement.proxies).toBeGreaterThan(0);
    expect(status.weight).toMatchObject({ applied: 50, acknowledged: 50 });
    expect((await weft(laptop, [...argv('promote'), '--yes'])).code).toBe(0);
    const ended = await running.ended;
    expect(ended.code, ended.stderr).toBe(0);
    const undone = await weft(laptop, [...argv('undo'), '--yes']);
    expect(undone.code, undone.stderr).toBe(0);
    expect(await weights()).toEqual(before);
  },
  3 * MINUTE_MS,
);

describe("in README's own words", () => {
  test('there are some', () => {
    expect(lines.filter(([, , name]) => name === 'run')).toHaveLength(2);
  });

  test(
    "the shop's order-service goes from v1 to v2 and back, by the metrics, and no request is lost",
    async () => {
      const seen: CommandResult[] = [];
      for (const [program, ...argv] of lines) {
        expect(program).toBe('weft');
        const ran = await weft(lab, argv);
        expect(ran.code, `${argv.join(' ')}\n${ran.stderr}\n${ran.stdout}`).toBe(0);
        seen.push(ran);
        if (argv[1] === 'run') expect((await weights())[argv.includes('--from') ? 'v1' : 'v2']).toBe(100);
      }
      const answers = await traffic.stop();
      expect(answers.length).toBeGreaterThan(1_000);
      expect(lost(answers)).toEqual([]);
      expect(new Set(answers.map(({ version }) => version))).toEqual(new Set(['v1', 'v2']));
      const [, , promoted] = seen;
      expect(promoted?.stdout).toContain('✔ Promoted');
      expect(promoted?.stdout).toContain('✔ good');
    },
    8 * MINUTE_MS,
  );
});
