import { afterAll, beforeAll, expect, test } from 'vitest';
import type { CanarySimulation } from '../../scripts/cli/canary/run-simulate.ts';
import { project, type Project, type Ran } from '../cli/project.ts';
import { startPrometheus, type ScrapedByPrometheus } from '../support/prometheus.ts';

const HOUR_S = 3_600;
const SCRAPE_S = 30;
/** What the history has: so many requests a second to all pods, of which so many fail, and so many pods at any time. */
const RATE = 60;
const ERROR_RATE = 0.002;
const PODS = 3;

let prometheus: ScrapedByPrometheus;
let here: Project;
beforeAll(async () => {
  here = project();
  here.file(
    'canary.yaml',
    'target: { namespace: shop, host: orders, stable: v1, canary: v2 }\nsteps: [10, 20, 30, 40, 50]\nhold: 1m\n',
  );
  prometheus = await startPrometheus(sixHours(Math.floor(Date.now() / 1_000)));
});
afterAll(async () => {
  here?.remove();
  await prometheus?.close();
});

/** Six hours of requests up to now. Half-way all pods were replaced: the counters of the new ones begin at 0. */
function sixHours(nowS: number): string {
  const generations = [
    { name: 'old', fromS: nowS - 6 * HOUR_S, toS: nowS - 3 * HOUR_S },
    { name: 'new', fromS: nowS - 3 * HOUR_S, toS: nowS },
  ];
  const series = generations.flatMap(({ name, fromS, toS }) =>
    Array.from({ length: PODS }, (_, index) => `${name}-${index}`).flatMap((pod) =>
      [
        { code: '200', perSecond: (RATE * (1 - ERROR_RATE)) / PODS },
        { code: '503', perSecond: (RATE * ERROR_RATE) / PODS },
      ].flatMap(({ code, perSecond }) => {
        const labels = {
          reporter: 'destination',
          destination_service: 'orders.shop.svc.cluster.local',
          destination_service_name: 'orders',
          destination_service_namespace: 'shop',
          destination_workload: 'orders-v1',
          destination_version: 'v1',
          pod,
          response_code: code,
        };
        const pairs = Object.entries(labels).map(([label, value]) => `${label}="${value}"`);
        const samples: string[] = [];
        for (let atS = fromS; atS <= toS; atS += SCRAPE_S)
          samples.push(`istio_requests_total{${pairs.join(',')}} ${Math.round(perSecond * (atS - fromS))} ${atS}`);
        return samples;
      }),
    ),
  );
  return ['# TYPE istio_requests counter', ...series, '# EOF', ''].join('\n');
}

const simulate = (...more: readonly string[]): Promise<Ran> =>
  here.weft(['canary', 'simulate', '--plan', 'canary.yaml', '--prometheus', prometheus.url.href, ...more]);

test('learns rate, errors and pods from a real Prometheus, within 2 %', async () => {
  const { code, out, err } = await simulate('--history', '6h', '-o', 'json', '--runs', '200');
  expect(code, err).toBe(0);
  const { traffic, noWorse, worse } = JSON.parse(out) as CanarySimulation;
  expect(Math.abs(traffic.requestsPerSecond / RATE - 1)).toBeLessThan(0.02);
  expect(Math.abs(traffic.errorRate / ERROR_RATE - 1)).toBeLessThan(0.02);
  expect(traffic.pods).toBe(PODS);
  // The same as from figures that somebody types.
  const typed = ['--rate', String(RATE), '--errors', String(100 * ERROR_RATE), '--pods', String(PODS)];
  const told = JSON.parse((await simulate(...typed, '-o', 'json', '--runs', '200')).out) as CanarySimulation;
  for (const [index, { times, rolledBack }] of worse.entries())
    expect(Math.abs(rolledBack - (told.worse[index]?.rolledBack ?? 0)), `${times} times`).toBeLessThan(0.1);
  expect(worse.length).toBeGreaterThan(0);
  expect(noWorse.rolledBack).toBeLessThanOrEqual(0.02);
  expect(noWorse.duration?.median).toBe(told.noWorse.duration?.median);
});

test('what is typed stands before what is learned', async () => {
  const { out } = await simulate('--history', '6h', '--rate', '7', '--pods', '9', '-o', 'json', '--runs', '1');
  expect((JSON.parse(out) as CanarySimulation).traffic).toMatchObject({ requestsPerSecond: 7, pods: 9 });
});

test('a service that Prometheus does not know: exit code 3, and what else can be done', async () => {
  here.file('other.yaml', 'target: { namespace: shop, host: web, stable: v1, canary: v2 }\nsteps: [10]\n');
  const url = prometheus.url.href;
  const argv = ['canary', 'simulate', '--plan', 'other.yaml', '--prometheus', url, '--history', '6h'];
  const { code, err } = await here.weft(argv);
  expect(code).toBe(3);
  expect(err).toContain('knows of no requests to web.shop.svc.cluster.local in the last 6h. Say --rate and --errors');
});

test('credentials are those of a run: a file that cannot be read is said', async () => {
  const argv = ['canary', 'simulate', '--plan', 'canary.yaml', '--prometheus', prometheus.url.href, '--history', '6h'];
  const { code, err } = await here.weft(argv, { env: { PROMETHEUS_TOKEN_FILE: 'no-such-token' } });
  expect(code).toBe(3);
  expect(err).toContain('the file with the credentials cannot be read');
});
