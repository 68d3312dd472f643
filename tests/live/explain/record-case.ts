import { execFileSync } from 'node:child_process';
import { createSign, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { toolPath } from '../../../scripts/dev/provision/tools-file.ts';
import {
  filled,
  payloadOf,
  withoutToken,
  type RecordedAnswer,
  type RecordedCase,
  type RecordedRequest,
  type Recording,
} from '../../explain/recording.ts';
import { apply, kubectl, runningPods, type MeshAnswer, type MeshRequest } from '../../support/mesh-cluster.ts';
import { GATEWAY, INGRESS_HOST, settled, type Playground } from './playground.ts';
import { proxyRoutes, type ProxyRoute } from './proxy-routes.ts';

interface Places {
  readonly token: (claims: string) => string;
  readonly jwks: string;
  readonly ip: (app: string) => string;
}

/** Keys, tokens and addresses, made for one run. */
export async function placesOf({ lab }: Playground): Promise<Places> {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const pods = await runningPods(lab, 'north');
  return {
    jwks: JSON.stringify({ keys: [{ ...publicKey.export({ format: 'jwk' }), alg: 'RS256', use: 'sig', kid: 'one' }] }),
    token: (claims) => signed(claims, privateKey),
    ip: (app) => pods.find(({ labels }) => labels['app'] === app)?.ip ?? '',
  };
}

function signed(claims: string, key: KeyObject): string {
  const head = `${Buffer.from(JSON.stringify({ alg: 'RS256', kid: 'one' })).toString('base64url')}.${payloadOf(claims)}`;
  return `${head}.${createSign('RSA-SHA256').update(head).sign(key).toString('base64url')}`;
}

/** A certificate for the lab's gateway. */
export async function applyCertificate({ lab }: Playground): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'weft-recorded-'));
  try {
    const [key, crt] = [join(folder, 'tls.key'), join(folder, 'tls.crt')];
    const args = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
    execFileSync(toolPath('openssl'), [...args, '-subj', '/CN=secure.example', '-keyout', key, '-out', crt], {
      stdio: 'ignore',
    });
    const stringData = { 'tls.key': readFileSync(key, 'utf8'), 'tls.crt': readFileSync(crt, 'utf8') };
    const metadata = { name: 'recorded-certificate', namespace: 'istio-system' };
    await apply(lab, [{ apiVersion: 'v1', kind: 'Secret', type: 'kubernetes.io/tls', metadata, stringData }]);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Applies a case, sends its requests, and tells what came of them. */
export async function record(
  playground: Playground,
  { mesh, requests }: RecordedCase,
  places: Places,
): Promise<Recording> {
  const { lab } = playground;
  const manifests = filled(mesh, places);
  await playground.use(manifests);
  try {
    if (manifests.includes('kind: Deployment')) await settled(lab);
    const answers = await settledAnswers(playground, requests, places);
    const routes: Record<string, readonly ProxyRoute[]> = {};
    for (const from of new Set(requests.map((request) => request.from)))
      if (from !== GATEWAY && from !== 'bare/client')
        routes[from] = (await proxyRoutes(lab, playground.client(from))).filter(isOurs).map(withoutAddresses);
    return { answers, routes };
  } finally {
    await kubectl(lab, ['delete', '--ignore-not-found', '-f', '-'], manifests);
  }
}

const LOOK_MS = 1_500;
const MOST_LOOKS = 8;

/** Policies of servers and listeners of gateways come later than routes: what stays the same three times is taken. */
async function settledAnswers(
  playground: Playground,
  requests: readonly RecordedRequest[],
  places: Places,
): Promise<readonly RecordedAnswer[]> {
  let last: readonly RecordedAnswer[] = [];
  let same = 0;
  for (let look = 0; look < MOST_LOOKS && same < 2; look++) {
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    const answers: RecordedAnswer[] = [];
    for (const request of requests) answers.push(await answerTo(playground, request, places));
    const isSame =
      JSON.stringify(answers.map(({ status }) => status)) === JSON.stringify(last.map(({ status }) => status));
    same = isSame ? same + 1 : 0;
    last = answers;
  }
  return last;
}

/** Routes of the case; every proxy has many more. */
const isOurs = ({ name }: ProxyRoute): boolean => !['', 'default', 'allow_any', 'block_all'].includes(name);

/** Addresses of Services are others in every cluster. */
const withoutAddresses = (route: ProxyRoute): ProxyRoute => ({
  ...route,
  domains: route.domains.filter((domain) => !/^\d/.test(domain)),
});

async function answerTo(playground: Playground, request: RecordedRequest, places: Places): Promise<RecordedAnswer> {
  const { from, times = 1, measure } = request;
  const one = sentAs(request, places);
  const before = measure === 'arrivals' ? await arrivalsAt(playground, one.host) : 0;
  const all = await playground.lab.send(
    playground.client(from),
    Array.from({ length: times }, () => one),
  );
  const [first] = all;
  if (first === undefined) throw new Error('nothing was sent');
  const who: Record<string, number> = {};
  for (const { app, version } of all.flatMap((answer) => echoOf(answer) ?? []))
    who[`${app}-${version}`] = (who[`${app}-${version}`] ?? 0) + 1;
  const echo = echoOf(first);
  return {
    status: first.status,
    error: first.error === null || first.error === 'TIMEOUT' ? first.error : 'closed',
    who: Object.fromEntries(Object.entries(who).sort()),
    location: (first.headers['location'] as string | undefined) ?? null, // a header that comes once
    rule: (first.headers['x-rule'] as string | undefined) ?? null,
    upstream: echo && measure === undefined ? { path: withoutToken(echo.path), headers: kept(echo.headers) } : null,
    ...(measure === 'arrivals' && { arrivals: (await arrivalsAt(playground, one.host)) - before - 1 }),
    ...(measure === 'time' && { milliseconds: Math.round(first.milliseconds / 100) * 100 }),
  };
}

/** How many requests an application has had, from a client without a proxy. */
async function arrivalsAt({ lab, ...playground }: Playground, host: string): Promise<number> {
  const bare = playground.pods.get('bare/client');
  if (bare === undefined) throw new Error('there is no client without a proxy');
  const [answer] = await lab.send(bare, [{ host: `${host}.north.svc.cluster.local`, path: '/count' }]);
  return answer === undefined ? 0 : (echoOf(answer)?.n ?? 0);
}

function sentAs({ from, ask, headers = {}, connectTo }: RecordedRequest, places: Places): MeshRequest {
  const [method = '', url = ''] = filled(ask, places).split(' ');
  const [, scheme, host = '', port, path = ''] = /^(https?):\/\/([^/:?]+)(?::(\d+))?(.*)$/.exec(url) ?? [];
  const to = from === GATEWAY ? INGRESS_HOST : connectTo;
  return {
    method,
    host,
    path: path === '' ? '/' : path,
    headers: {
      ...(port !== undefined && { host: `${host}:${port}` }),
      ...Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, filled(value, places)])),
    },
    timeoutMs: 12_000,
    ...(scheme === 'https' && { tls: true }),
    ...(port !== undefined && { port: Number(port) }),
    ...(to !== undefined && { connectTo: to }),
  };
}

interface Echo {
  readonly app: string;
  readonly version: string;
  readonly path: string;
  readonly n: number;
  readonly headers: Readonly<Record<string, string>>;
}

function echoOf({ text }: MeshAnswer): Echo | undefined {
  try {
    const echo = JSON.parse(text) as Echo; // what echo.py prints
    return typeof echo.app === 'string' ? echo : undefined;
  } catch {
    return undefined; // an answer of a proxy
  }
}

/** Headers that requests and rules set; proxies add others, which are never the same. */
const kept = (headers: Readonly<Record<string, string>>): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(headers)
      .filter(
        ([name]) =>
          /^(?:host|authorization|cookie)$/.test(name) ||
          (/^x-/.test(name) && !/^x-(?:forwarded|request|envoy|b3)/.test(name)),
      )
      .map(([name, value]) => [name, withoutToken(value)]),
  );
