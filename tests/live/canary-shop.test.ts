import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startLab, type Lab } from '../support/lab.ts';
import type { ManifestDocument } from '../support/manifest-folders.ts';
import { kubectl, runningPods, type CommandResult } from '../support/mesh-cluster.ts';
import { buildCommandLine, weft } from './canary-mesh.ts';
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
afterAll(() => lab?.stop(), MINUTE_MS);

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
