import { execFileSync } from 'node:child_process';
import { generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { Mesh, MeshApp } from '../../charts-src/index.ts';
import { objects } from '../../charts-src/app/testing.ts';
import { ROOT } from '../../scripts/dev/provision/locate.ts';
import { toolPath } from '../../scripts/dev/provision/tools-file.ts';
import { startLab, type Lab } from '../support/lab.ts';
import type { ManifestDocument } from '../support/manifest-folders.ts';
import {
  apply,
  askProxy,
  eventually,
  kubectl,
  outboundHosts,
  proxyClusters,
  runningPods,
  type MeshAnswer,
  type MeshRequest,
  type Pod,
  type PodName,
} from '../support/mesh-cluster.ts';
import {
  appCommand,
  AUDIENCE,
  beyondDocuments,
  beyondImages,
  FRONT_HOST,
  ISSUER,
  LIMIT,
  NAMESPACES,
  NARROW_HOST,
} from './constructs-mesh.ts';

const MINUTE_MS = 60_000;
const GATEWAY = 'istio-ingressgateway.istio-system.svc.cluster.local';
const CERTIFICATE = 'beyond-certificate';
const OUTSIDE = 'beyond-outside';
const CATALOG = 'catalog.beyond.svc.cluster.local';
const MULTI = 'multi.beyond.svc.cluster.local';
const STOCK = 'stock.beyond.svc.cluster.local';
const CACHE = 'cache.beyond.svc.cluster.local';

const images = beyondImages();
const [signing, forging] = [newKey(), newKey()];
const jwks = JSON.stringify({
  keys: [{ ...signing.publicKey.export({ format: 'jwk' }), kid: 'one', alg: 'ES256', use: 'sig' }],
});
const documents = beyondDocuments({ jwks, greeting: 'one' });

let lab: Lab;
let pods: readonly Pod[] = [];
let outside: Pod;
/** What kubectl said besides what it did when everything was applied for the first time. */
let said = '';

function newKey(): { readonly publicKey: KeyObject; readonly privateKey: KeyObject } {
  return generateKeyPairSync('ec', { namedCurve: 'P-256' });
}

/** A token, signed as ES256 asks for it. */
const token = (claims: Readonly<Record<string, unknown>> = {}, { privateKey } = signing): string => {
  const seconds = Math.floor(Date.now() / 1000);
  const [header, payload] = [
    { alg: 'ES256', typ: 'JWT', kid: 'one' },
    { iss: ISSUER, aud: AUDIENCE, sub: 'somebody', iat: seconds - 60, exp: seconds + 600, ...claims },
  ].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'));
  const signed = `${header}.${payload}`;
  const signature = sign('sha256', Buffer.from(signed), { key: privateKey, dsaEncoding: 'ieee-p1363' });
  return `Bearer ${signed}.${signature.toString('base64url')}`;
};

const certificate = (): unknown => {
  const folder = mkdtempSync(join(tmpdir(), 'weft-certificate-'));
  try {
    execFileSync(
      toolPath('openssl'),
      [
        ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'],
        ...['-subj', `/CN=${FRONT_HOST}`, '-addext', `subjectAltName=DNS:${FRONT_HOST}`],
        ...['-keyout', join(folder, 'tls.key'), '-out', join(folder, 'tls.crt')],
      ],
      { stdio: 'ignore' },
    );
    const stringData = Object.fromEntries(
      ['tls.key', 'tls.crt'].map((file) => [file, readFileSync(join(folder, file), 'utf8')]),
    );
    const metadata = { name: CERTIFICATE, namespace: 'istio-system' };
    return { apiVersion: 'v1', kind: 'Secret', type: 'kubernetes.io/tls', metadata, stringData };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

/** Secrets that pods mount; no manifest of ours ever holds one. */
const mountedSecrets = (of: readonly ManifestDocument[]): readonly unknown[] => [
  ...new Map(
    of.flatMap(({ object }) =>
      [...JSON.stringify(object).matchAll(/"secretName":"([^"]+)"/g)].map(([, name = '']) => {
        const { namespace } = object.metadata;
        return [
          `${namespace}/${name}`,
          { apiVersion: 'v1', kind: 'Secret', metadata: { name, namespace }, stringData: { 'for-tests': 'nothing' } },
        ] as const;
      }),
    ),
  ).values(),
];

/** A pod without a sidecar, from which requests reach the ingress gateway. */
const clientOutside = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'client', namespace: OUTSIDE },
  spec: { containers: [{ name: 'client', image: 'sleeps:1' }] },
};

/** Applies files as a user does, and gives back the warnings.
 * @throws Error with what the cluster said */
const applyFiles = async (of: readonly ManifestDocument[], ...flags: readonly string[]): Promise<string> => {
  const { code, stdout, stderr } = await lab.kubectl(
    ['apply', '--server-side', '--force-conflicts', ...flags, '-f', '-'],
    of.map(({ text }) => text).join('\n---\n'),
  );
  if (code !== 0) throw new Error(stderr);
  expect(stdout.trim().split('\n')).toHaveLength(of.length);
  return stderr.trim();
};

/** Waits until everything runs and every Job has ended. */
const settle = async (): Promise<void> => {
  const patience = '--timeout=300s';
  try {
    await Promise.all([
      ...NAMESPACES.map((namespace) =>
        kubectl(lab, ['wait', 'deployment', '--all', '-n', namespace, '--for=condition=Available', patience]),
      ),
      kubectl(lab, [
        'wait',
        'statefulset',
        '--all',
        '-n',
        'beyond',
        '--for=jsonpath={.status.readyReplicas}=1',
        patience,
      ]),
      kubectl(lab, ['wait', 'job', '--all', '-n', 'beyond', '--for=condition=Complete', patience]),
    ]);
  } catch (error) {
    const { stdout } = await lab.kubectl(['get', 'pods,jobs', '-A']);
    const lagging = /^beyond +pod\/(\S+) +0\//m.exec(stdout)?.[1] ?? '';
    const log = await lab.kubectl(['logs', '-n', 'beyond', lagging, '-c', 'istio-proxy', '--tail=20']);
    throw new Error(`Not everything came up:\n${stdout}\n${lagging}: ${log.stdout}`, { cause: error });
  }
};

const look = async (): Promise<void> => {
  pods = (await Promise.all(NAMESPACES.map((namespace) => runningPods(lab, namespace)))).flat();
};

const podOf = (app: string): Pod => {
  const pod = pods.find(({ labels }) => labels['app'] === app);
  if (pod === undefined) throw new Error(`no pod of ${app} runs`);
  return pod;
};

const ask = async (from: PodName, request: MeshRequest): Promise<MeshAnswer> => {
  const [answer] = await lab.send(from, [{ timeoutMs: 15_000, ...request }]);
  if (answer === undefined) throw new Error('no answer');
  return answer;
};

/** What constructs-app.mjs says of a request that it got. */
interface Told {
  readonly app: string;
  readonly version: string;
  readonly pod: string;
  readonly greeting?: string;
  readonly port: number;
  readonly http: string;
  readonly path: string;
  readonly tries: number;
  readonly headers: Readonly<Record<string, string>>;
}
const told = ({ status, error, text }: MeshAnswer): Told => {
  expect({ status, error }).toEqual({ status: 200, error: null });
  return JSON.parse(text) as Told; // only constructs-app.mjs answers 200 here
};

let keys = 0;
/** A key under which the application counts tries, never the same twice. */
const newKeyName = (): string => `key-${process.pid}-${++keys}`;

/** A gRPC-like call over HTTP/2, made by a program inside the pod. */
const callGrpc = async (
  { namespace, name }: PodName,
  authority: string,
  path: string,
): Promise<{
  readonly status: number | null;
  readonly grpcStatus: string | null;
  readonly text: string;
  readonly error: string | null;
}> => {
  const program = [...appCommand(), 'call', authority, path];
  // Printed by constructs-app.mjs.
  return JSON.parse(await kubectl(lab, ['exec', '-n', namespace, name, '-c', 'app', '--', ...program])) as Awaited<
    ReturnType<typeof callGrpc>
  >;
};

interface RouteDump {
  readonly name?: string;
  readonly match: { readonly path?: string; readonly safe_regex?: { readonly regex: string } };
  readonly route?: {
    readonly timeout?: string;
    readonly cluster?: string;
    readonly weighted_clusters?: { readonly clusters: readonly { readonly name: string; readonly weight?: number }[] };
    readonly retry_policy?: Readonly<Record<string, unknown>>;
  };
}

/** The routes of a host in a proxy, as Envoy holds them. */
const routesOf = async (pod: PodName, host: string, port = 80): Promise<readonly RouteDump[]> => {
  const { configs } = JSON.parse(await askProxy(lab, pod, '/config_dump?resource=dynamic_route_configs')) as {
    readonly configs: readonly {
      readonly route_config: {
        readonly virtual_hosts?: readonly { readonly name: string; readonly routes: readonly RouteDump[] }[];
      };
    }[];
  }; // Envoy's own dump
  return configs
    .flatMap(({ route_config }) => route_config.virtual_hosts ?? [])
    .filter(({ name }) => name === `${host}:${port}`)
    .flatMap(({ routes }) => routes);
};

interface ClusterDump {
  readonly name: string;
  readonly connect_timeout?: string;
  readonly lb_policy?: string;
  readonly circuit_breakers?: { readonly thresholds: readonly Readonly<Record<string, number>>[] };
  readonly outlier_detection?: Readonly<Record<string, unknown>>;
  readonly transport_socket?: unknown;
  readonly transport_socket_matches?: unknown;
  readonly load_assignment?: unknown;
}
const clustersOf = async (pod: PodName): Promise<readonly ClusterDump[]> =>
  // A wider view of the same dump.
  (await proxyClusters(lab, pod)) as readonly ClusterDump[];

beforeAll(async () => {
  lab = await startLab(images.images);
  const isNamespace = ({ object }: ManifestDocument): boolean => object.kind === 'Namespace';
  await apply(lab, [
    ...documents.filter(isNamespace).map(({ object }) => object),
    ...mountedSecrets(documents),
    certificate(),
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: OUTSIDE } },
  ]);
  said = await applyFiles(documents);
  await eventually(
    'the pod outside of the mesh',
    () => lab.kubectl(['apply', '-f', '-'], JSON.stringify(clientOutside)),
    ({ code }) => code === 0, // not before the namespace has its ServiceAccount
  );
  await settle();
  await look();
  const [client] = await eventually(
    'the client',
    () => runningPods(lab, OUTSIDE),
    (found) => found.length === 1,
  );
  if (client === undefined) throw new Error('no client');
  outside = client;
}, 4 * MINUTE_MS);

afterAll(async () => {
  await lab?.stop();
  images.remove();
}, MINUTE_MS);

test('Istio and Kubernetes take every object, and have nothing to say but that EnvoyFilters are deep', () => {
  expect(documents.length).toBeGreaterThan(180);
  expect(said.split('\n')).toEqual([expect.stringContaining('EnvoyFilter exposes internal implementation details')]);
});

test('no proxy has refused its configuration', async () => {
  expect(pods.length).toBeGreaterThan(15);
  const stats = await Promise.all(pods.map((pod) => askProxy(lab, pod, '/stats?filter=update_rejected')));
  expect(stats.map((text) => text.split('\n').filter((line) => line !== '' && !line.endsWith(': 0')))).toEqual(
    pods.map(() => []),
  );
});

describe('callers of one service, in its namespace and in another', () => {
  const callers = [
    { caller: 'alpha', maxConnections: 7, consecutive: 3 },
    { caller: 'beta', maxConnections: 11, consecutive: 5 },
    { caller: 'gamma', maxConnections: 5, consecutive: 5 },
    { caller: 'delta', maxConnections: 11, consecutive: 5 },
  ];

  test.each(callers)('$caller has the subsets, and its own policy or the callee’s', async ({ caller, ...wanted }) => {
    const clusters = (await clustersOf(podOf(caller))).filter(({ name }) => name.endsWith(`|${CATALOG}`));
    expect(
      clusters.map(({ name, circuit_breakers, outlier_detection, lb_policy, transport_socket_matches }) => ({
        name,
        maxConnections: circuit_breakers?.thresholds[0]?.['max_connections'],
        consecutive: outlier_detection?.['consecutive_5xx'],
        lb_policy,
        transport_socket_matches, // of automatic mTLS, which would speak plain text to a pod without a sidecar
      })),
    ).toEqual(
      ['v1', 'v2', ''].map((subset) => ({
        name: `outbound|80|${subset}|${CATALOG}`,
        ...wanted,
        lb_policy: undefined, // ROUND_ROBIN, Envoy's first, is left out of the dump
        transport_socket_matches: undefined,
      })),
    );
  });

  test.each(callers)('$caller is answered by both versions, 80 to 20', async ({ caller }) => {
    const answers = await lab.send(
      podOf(caller),
      Array.from({ length: 200 }, () => ({ host: CATALOG, path: '/api/items/1' })),
    );
    const versions = answers.map((answer) => told(answer).version);
    // Six standard deviations of a binomial distribution.
    expect(Math.abs(versions.filter((version) => version === 'v2').length - 40)).toBeLessThan(34);
    expect(new Set(versions)).toEqual(new Set(['v1', 'v2']));
  });

  // Side by side: each waits for itself.
  test.concurrent.each([
    { caller: 'alpha', path: '/api/items/1', seconds: 1.5 },
    { caller: 'beta', path: '/api/items/1', seconds: 0.7 },
    { caller: 'beta', path: '/api/items', seconds: 2 },
    { caller: 'beta', path: '/api/items/search', seconds: 2 },
    { caller: 'gamma', path: '/api/items/1', seconds: 0.9 },
    { caller: 'delta', path: '/api/items/1', seconds: 10 },
  ])('$caller waits $seconds s for $path', async ({ caller, path, seconds }) => {
    const { status, milliseconds } = await ask(podOf(caller), { host: CATALOG, path: `${path}?delay=14` });
    expect(status).toBe(504);
    expect(milliseconds / 1000).toBeGreaterThan(seconds - 0.05);
    expect(milliseconds / 1000).toBeLessThan(seconds + 0.6);
  });

  test('a first answer of 503 is tried again where the edge says so, and the second one counts', async () => {
    const path = `/api/items/1?fail=1&key=${newKeyName()}`;
    expect(told(await ask(podOf('alpha'), { host: CATALOG, path })).tries).toBe(2);
  });

  test.each([
    { caller: 'alpha', method: 'POST', path: '/api/items', tries: 1 },
    { caller: 'alpha', method: 'GET', path: '/api/items/1', tries: 3 },
    { caller: 'beta', method: 'GET', path: '/api/items/1', tries: 1 },
    { caller: 'beta', method: 'GET', path: '/api/items', tries: 2 },
    { caller: 'delta', method: 'GET', path: '/api/items/1', tries: 1 },
  ])(
    '$method $path of $caller is sent $tries times when it is answered 503',
    async ({ caller, method, path, tries }) => {
      const key = newKeyName();
      const { status } = await ask(podOf(caller), { host: CATALOG, method, path: `${path}?fail=100&key=${key}` });
      expect(status).toBe(503);
      // The proxies of the callee have counted the tries: each pod's application tells how many it got.
      const counts = await Promise.all(
        pods
          .filter(({ labels }) => labels['app'] === 'catalog')
          .map(async (pod) => {
            const answer = await ask(pod, {
              host: 'localhost',
              connectTo: '127.0.0.1',
              port: 8080,
              path: `/?key=${key}`,
            });
            return told(answer).tries - 1;
          }),
      );
      expect(counts.reduce((sum, count) => sum + count, 0)).toBe(tries);
    },
  );

  test('operations that are not declared are refused by the callee', async () => {
    const answers = await Promise.all([
      ask(podOf('alpha'), { host: CATALOG, path: '/api/items' }),
      ask(podOf('alpha'), { host: CATALOG, method: 'PUT', path: '/api/items/1' }),
      ask(podOf('beta'), { host: CATALOG, method: 'POST', path: '/api/items' }),
      ask(podOf('gamma'), { host: CATALOG, path: '/api/items' }),
      ask(podOf('delta'), { host: CATALOG, path: '/api/items/1/more' }),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([403, 403, 403, 403, 403]);
  });
});

describe('gRPC', () => {
  test('a declared method is answered over HTTP/2, by an application that speaks nothing else', async () => {
    const answer = await callGrpc(podOf('alpha'), `${STOCK}:80`, '/beyond.stock.v1.Stock/GetStock');
    expect({ ...answer, text: null }).toEqual({ status: 200, grpcStatus: '0', text: null, error: null });
    expect(JSON.parse(answer.text)).toMatchObject({ app: 'stock', http: '2.0', method: 'POST' });
  });

  test('another method, and the method of another caller, is refused with PERMISSION_DENIED', async () => {
    const answers = await Promise.all([
      callGrpc(podOf('alpha'), `${STOCK}:80`, '/beyond.stock.v1.Stock/Reserve'),
      callGrpc(podOf('beta'), `${STOCK}:80`, '/beyond.stock.v1.Stock/GetStock'),
      callGrpc(podOf('beta'), `${STOCK}:80`, '/beyond.stock.v1.Stock/Reserve'),
    ]);
    expect(answers.map(({ grpcStatus }) => grpcStatus)).toEqual(['7', '7', '0']);
  });

  test('a failed idempotent call is tried again', async () => {
    const path = `/beyond.stock.v1.Stock/GetStock?fail=1&key=${newKeyName()}`;
    const answer = await callGrpc(podOf('alpha'), `${STOCK}:80`, path);
    const [rule] = await routesOf(podOf('alpha'), STOCK);
    expect(rule?.route?.retry_policy).toMatchObject({
      retry_on: 'connect-failure,refused-stream,unavailable,cancelled',
      num_retries: 2,
    });
    expect(answer.grpcStatus).toBe('0');
    expect(JSON.parse(answer.text)).toMatchObject({ tries: 2 });
  });
});

describe('bytes', () => {
  const connect = (from: string, count = 1): Promise<readonly MeshAnswer[]> =>
    lab.send(
      podOf(from),
      Array.from({ length: count }, () => ({ host: CACHE, port: 6379, path: '/', headers: { connection: 'close' } })),
    );

  test('connections divide between the versions, 70 to 30', async () => {
    const versions = (await connect('alpha', 200)).map((answer) => told(answer).version);
    expect(Math.abs(versions.filter((version) => version === 'v2').length - 60)).toBeLessThan(39);
  });

  test('a caller in another namespace has its own pool, and one without an edge is refused', async () => {
    const clusters = (await clustersOf(podOf('delta'))).filter(({ name }) => name.endsWith(`|${CACHE}`));
    expect(
      clusters.map(({ name, circuit_breakers }) => [name, circuit_breakers?.thresholds[0]?.['max_connections']]),
    ).toEqual(['v1', 'v2', ''].map((subset) => [`outbound|6379|${subset}|${CACHE}`, 3]));
    told((await connect('delta'))[0] as MeshAnswer); // one was asked for
    expect(await connect('beta')).toMatchObject([{ status: null, error: 'ECONNRESET' }]);
  });
});

describe('a service with several ports', () => {
  const toPort = (port: number, path: string, method = 'GET'): MeshRequest => ({ host: MULTI, port, path, method });

  test('each caller reaches the port of its edge', async () => {
    expect(told(await ask(podOf('alpha'), toPort(80, '/things/1')))).toMatchObject({ app: 'multi', port: 8080 });
    expect(told(await ask(podOf('delta'), toPort(8090, '/ops/state')))).toMatchObject({ app: 'multi', port: 8090 });
    expect(told(await ask(podOf('gamma'), toPort(7000, '/')))).toMatchObject({ app: 'multi', port: 7000 });
    const answer = await callGrpc(podOf('beta'), `${MULTI}:9090`, '/beyond.events.v1.Events/Publish');
    expect(answer.grpcStatus).toBe('0');
    expect(JSON.parse(answer.text)).toMatchObject({ app: 'multi', port: 9090, http: '2.0' });
  });

  test.each([
    { caller: 'alpha', port: 80, path: '/ops/state', why: 'the path of another port' },
    { caller: 'alpha', port: 8090, path: '/things/1', why: 'its path on another port' },
    { caller: 'alpha', port: 8090, path: '/ops/state', why: 'the path of another caller' },
    { caller: 'alpha', port: 9090, path: '/beyond.events.v1.Events/Publish', why: 'the method of another caller' },
    { caller: 'delta', port: 80, path: '/ops/state', why: 'its path on the main port' },
    { caller: 'delta', port: 80, path: '/things/1', why: 'the path of the main port' },
    { caller: 'delta', port: 8090, path: '/things/1', why: 'the path of the main port on its own' },
    { caller: 'beta', port: 80, path: '/things/1', why: 'the path of the main port' },
  ])('$caller is refused at port $port: $why', async ({ caller, port, path }) => {
    const { status } = await ask(podOf(caller), toPort(port, path, path.startsWith('/beyond') ? 'POST' : 'GET'));
    expect(status).toBe(403);
  });

  test('bytes are closed to whoever has an edge to another port', async () => {
    expect(await ask(podOf('delta'), toPort(7000, '/'))).toMatchObject({ status: null, error: 'ECONNRESET' });
    expect(await ask(podOf('gamma'), toPort(80, '/things/1'))).toMatchObject({ status: 403 });
  });

  test('weights with decimals are 9950 and 50 in every proxy and on every port', async () => {
    const shares = await Promise.all(
      [
        { caller: 'alpha', port: 80 },
        { caller: 'beta', port: 9090 },
        { caller: 'delta', port: 8090 },
      ].map(async ({ caller, port }) => {
        const routes = await routesOf(podOf(caller), MULTI, port);
        return routes.map(({ route }) => route?.weighted_clusters?.clusters.map(({ weight }) => weight));
      }),
    );
    expect(shares.map((of) => new Set(of.map(String)))).toEqual(Array.from({ length: 3 }, () => new Set(['9950,50'])));
  });

  test.each([
    { caller: 'beta', port: 9090, maxConnections: 4 },
    { caller: 'delta', port: 8090, maxConnections: 100 },
  ])('$caller has limits for requests, though its namespace also sends bytes', async ({ caller, port, ...wanted }) => {
    const clusters = (await clustersOf(podOf(caller))).filter(({ name }) => name === `outbound|${port}|v1|${MULTI}`);
    expect(
      clusters.map(({ circuit_breakers, outlier_detection }) => ({
        maxConnections: circuit_breakers?.thresholds[0]?.['max_connections'],
        maxRequests: circuit_breakers?.thresholds[0]?.['max_requests'],
        consecutive: outlier_detection?.['consecutive_5xx'],
      })),
    ).toEqual([{ ...wanted, maxRequests: 1000, consecutive: 5 }]);
  });
});

describe('databases and brokers', () => {
  test('a migration Job has ended after it spoke with the database', async () => {
    const [job] = (await kubectl(lab, ['get', 'jobs', '-n', 'beyond', '-o', 'name']))
      .split('\n')
      .filter((name) => name.includes('ledger-migrations'));
    const log = await kubectl(lab, ['logs', '-n', 'beyond', job ?? '', '-c', 'migrate']);
    expect(JSON.parse(log)).toMatchObject({ app: 'ledger-db', port: 5432, path: '/migrate/ledger' });
  });

  test('a migration in an init container has ended after it spoke with the database', async () => {
    const { name } = podOf('journal');
    const log = await kubectl(lab, ['logs', '-n', 'beyond', name, '-c', 'migrate']);
    expect(JSON.parse(log)).toMatchObject({ app: 'journal-db', port: 5432, path: '/migrate/journal' });
  });

  test('the Job for topics has run its script against the broker', async () => {
    const [job] = (await kubectl(lab, ['get', 'jobs', '-n', 'beyond', '-o', 'name']))
      .split('\n')
      .filter((name) => name.includes('stream-topics'));
    const log = await kubectl(lab, ['logs', '-n', 'beyond', job ?? '', '-c', 'topics']);
    expect(log).toContain('--topic made --partitions 2 --replication-factor 1 --config retention.ms=5400000');
    expect(log).toContain('"app":"stream"');
  });

  const stores = [
    { host: 'ledger-db.beyond.svc.cluster.local', port: 5432, by: ['ledger'] },
    { host: 'ledger-db-headless.beyond.svc.cluster.local', port: 5432, by: ['ledger'] },
    { host: 'journal-db.beyond.svc.cluster.local', port: 5432, by: ['journal'] },
    { host: 'bus.beyond.svc.cluster.local', port: 5672, by: ['ledger', 'journal'] },
    { host: 'stream.beyond.svc.cluster.local', port: 9092, by: ['ledger', 'journal'] },
    { host: 'stream-0.stream-headless.beyond.svc.cluster.local', port: 9092, by: ['ledger', 'journal'] },
    { host: 'stream-0.stream-headless.beyond.svc.cluster.local', port: 9093, by: [] },
  ];
  const askStores = (from: string): Promise<readonly MeshAnswer[]> =>
    lab.send(
      podOf(from),
      stores.map(({ host, port }) => ({ host, port, path: '/', timeoutMs: 5_000 })),
    );

  test.each(['ledger', 'journal', 'alpha', 'gamma'])(
    '%s connects to what is its own, and to nothing else',
    async (from) => {
      const answers = await askStores(from);
      expect(answers.map(({ status, error }) => status ?? error)).toEqual(
        stores.map(({ by }) => (by.some((owner) => owner === from) ? 200 : 'ECONNRESET')),
      );
    },
  );

  test('the databases refuse a stranger themselves', async () => {
    const own = documents.find(({ object }) => object.kind === 'Sidecar' && object.metadata.name === 'alpha');
    if (own === undefined) throw new Error('alpha has no Sidecar');
    // A Sidecar of ours has a spec with egress.
    const spec = own.object['spec'] as object;
    await apply(lab, [{ ...own.object, spec: { ...spec, egress: [{ hosts: ['*/*'] }] } }]);
    const known = async () => outboundHosts(await proxyClusters(lab, podOf('alpha')));
    await eventually('alpha knows every host', known, (hosts) =>
      stores.every(({ host }) => hosts.includes(host.replace('stream-0.', ''))),
    );
    const answers = await askStores('alpha');
    await apply(lab, [own.object]);
    await eventually('alpha knows its own', known, (hosts) => !hosts.some((host) => host.startsWith('ledger-db')));
    expect(answers.map(({ status, error }) => status ?? error)).toEqual(stores.map(() => 'ECONNRESET'));
    const denied = await Promise.all(
      ['ledger-db', 'journal-db', 'bus', 'stream'].map((app) =>
        askProxy(lab, podOf(app), '/stats?filter=tcp.*rbac.denied'),
      ),
    );
    expect(denied.map((text) => Number(/denied: (\d+)/.exec(text)?.[1] ?? 0) > 0)).toEqual([true, true, true, true]);
  });

  test('the only broker of a Kafka reaches itself by the name that it advertises', async () => {
    const answers = await lab.send(
      podOf('stream'),
      [9092, 9093].map((port) => ({ host: 'stream-0.stream-headless.beyond.svc.cluster.local', port, path: '/' })),
    );
    expect(answers.map((answer) => told(answer).app)).toEqual(['stream', 'stream']);
  });
});

describe('hosts outside of the mesh', () => {
  test('TLS is passed on, made, or left alone, as declared, and nobody else knows the hosts', async () => {
    const clusters = (await clustersOf(podOf('alpha'))).filter(({ name }) => name.endsWith('.example'));
    const shown = clusters.map(({ name, transport_socket, connect_timeout, circuit_breakers, load_assignment }) => ({
      name,
      tls: transport_socket !== undefined,
      connect_timeout,
      maxConnections: circuit_breakers?.thresholds[0]?.['max_connections'],
      port: /"port_value":(\d+)/.exec(JSON.stringify(load_assignment))?.[1],
    }));
    const limits = { connect_timeout: '5s', maxConnections: 100 };
    expect(shown).toEqual([
      { name: 'outbound|443||api.partner.example', tls: false, ...limits, port: '443' },
      { name: 'outbound|443||files.partner.example', tls: false, ...limits, port: '443' },
      { name: 'outbound|80||relay.mail.example', tls: true, ...limits, port: '8443' },
      { name: 'outbound|9999||legacy.partner.example', tls: false, ...limits, port: '9999' },
    ]);
    const made = JSON.stringify(clusters.find(({ name }) => name.includes('relay'))?.transport_socket);
    expect(made).toContain('"sni":"relay.mail.example"');
    expect(made).toMatch(/"match_(typed_)?subject_alt_names":\[.*"exact":"relay\.mail\.example"/);
    expect(made).toContain('"name":"file-root:system"');
    expect(outboundHosts(await proxyClusters(lab, podOf('beta'))).filter((host) => host.endsWith('.example'))).toEqual(
      [],
    );
  });

  test('passed-on TLS is told apart by the name that the client asks for', async () => {
    const dump = await askProxy(lab, podOf('alpha'), '/config_dump?resource=dynamic_listeners');
    expect(
      [...dump.replaceAll(/\s/g, '').matchAll(/"server_names":\["([a-z.]*partner\.example)"\]/g)].map(
        ([, name]) => name,
      ),
    ).toEqual(['api.partner.example', 'files.partner.example']);
  });
});

describe('through the ingress gateway', () => {
  const front = (path: string, more: Partial<MeshRequest> = {}): MeshRequest => ({
    host: FRONT_HOST,
    tls: true,
    connectTo: GATEWAY,
    path,
    ...more,
  });
  const bearer = (authorization: string) => ({ headers: { authorization } });

  beforeAll(async () => {
    await eventually(
      'the gateway serves TLS',
      () => ask(outside, front('/api/items')),
      ({ status }) => status === 200,
    );
  });

  test('requests divide between the versions, 80 to 20', async () => {
    const answers = await lab.send(
      outside,
      Array.from({ length: 400 }, () => front('/api/items')),
    );
    const canary = answers.filter((answer) => told(answer).version === 'v2').length;
    expect(Math.abs(canary - 80)).toBeLessThan(48);
  });

  test.each([
    { what: 'a good token', authorization: () => token(), status: 200 },
    { what: 'no token', authorization: () => undefined, status: 403 },
    { what: 'a token of somebody else’s key', authorization: () => token({}, forging), status: 401 },
    { what: 'an expired token', authorization: () => token({ exp: 1_000_000_000 }), status: 401 },
    { what: 'a token of another issuer', authorization: () => token({ iss: 'https://else.example' }), status: 401 },
    { what: 'a token for others', authorization: () => token({ aud: 'others' }), status: 403 },
    { what: 'a token of nobody', authorization: () => token({ sub: undefined }), status: 403 },
  ])('$what: $status', async ({ authorization, status }) => {
    const value = authorization();
    const answer = await ask(outside, front('/api/items/1', value === undefined ? {} : bearer(value)));
    expect(answer.status).toBe(status);
    if (status === 200) expect(told(answer).headers['authorization']).toBe(value);
  });

  test('an operation that needs no user needs no token', async () => {
    expect(told(await ask(outside, front('/api/items'))).app).toBe('catalog');
  });

  test('a path of one service is not taken by a template of another', async () => {
    expect(told(await ask(outside, front('/api/items/featured', bearer(token())))).app).toBe('featured');
  });

  test('what is not exposed is 404, by operation, path and host', async () => {
    const authorized = bearer(token());
    const answers = await lab.send(outside, [
      front('/api/items', { method: 'POST', ...authorized }),
      front('/api/items/1', { method: 'PUT', ...authorized }),
      front('/api/items/1/more', authorized),
      front('/', authorized),
      front('/livez', authorized),
      front('/api/items', { host: 'other.beyond.example', tls: false }),
      front('/things/1', { tls: false, host: 'beyond.example' }),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([404, 404, 404, 404, 404, 404, 404]);
  });

  test('plain HTTP is redirected, for this host only', async () => {
    const answer = await ask(outside, front('/api/items?page=2', { tls: false }));
    expect(answer).toMatchObject({ status: 301, headers: { location: `https://${FRONT_HOST}/api/items?page=2` } });
  });

  test('a rate limit lets so many through and answers 429 to the rest', async () => {
    const narrow = { host: NARROW_HOST, connectTo: GATEWAY, path: '/things/1' };
    const answers = await lab.send(
      outside,
      Array.from({ length: LIMIT + 5 }, () => narrow),
      { concurrency: 1 },
    );
    expect(answers.map(({ status }) => status)).toEqual([
      ...Array.from({ length: LIMIT }, () => 200),
      ...Array.from({ length: 5 }, () => 429),
    ]);
    // The bucket is filled again every ten minutes.
    expect(answers.at(-1)?.headers['retry-after']).toBe('600');
  });
});

test('a final patch reaches the proxies', async () => {
  const [first, second] = await Promise.all([
    ask(podOf('alpha'), { host: CATALOG, path: '/api/items/1' }),
    ask(podOf('delta'), { host: CATALOG, path: '/api/items/1' }),
  ]);
  expect([first, second].map(({ headers }) => headers['x-patched'])).toEqual(['by the test', undefined]);
});

describe('applied again', () => {
  const generations = async (): Promise<ReadonlyMap<string, string>> => {
    const kinds =
      'deployments,statefulsets,jobs,virtualservices.networking.istio.io,destinationrules.networking.istio.io';
    const format = '{range .items[*]}{.kind}/{.metadata.name} {.metadata.generation}{"\\n"}{end}';
    const lists = await Promise.all(
      NAMESPACES.map((namespace) => kubectl(lab, ['get', kinds, '-n', namespace, '-o', `jsonpath=${format}`])),
    );
    return new Map(
      lists
        .join('')
        .trim()
        .split('\n')
        .map((line) => line.split(' ') as [string, string]), // two words a line, by the format
    );
  };

  test('what did not change does not move; a changed configuration starts the pods anew, and only those', async () => {
    const before = await generations();
    await applyFiles(documents);
    expect(await generations()).toEqual(before);

    const changed = beyondDocuments({ jwks, greeting: 'two', ledgerCallsCatalog: true });
    await applyFiles(changed);
    await kubectl(lab, ['rollout', 'status', 'deployment/alpha-v1', '-n', 'beyond', '--timeout=240s']);
    await settle();
    const after = await generations();
    const moved = [...after].filter(([name, generation]) => before.get(name) !== generation).map(([name]) => name);
    expect(moved.map((name) => name.replace(/-[0-9a-f]{14}$/, '')).sort()).toEqual([
      'Deployment/alpha-v1',
      'Deployment/ledger-v1',
      'Job/ledger-migrations',
    ]);

    const environment = (from: string) =>
      kubectl(lab, ['exec', '-n', 'beyond', `deploy/${from}-v1`, '-c', 'app', '--', 'sh', '-c', 'echo $GREETING']);
    expect((await environment('alpha')).trim()).toBe('two');
    expect((await environment('beta')).trim()).toBe('always this');
  });
});

describe('without istio-cni', () => {
  /** What Istio adds to a pod where no istio-cni redirects its traffic. */
  const injected = (namespace: string) => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'injected', namespace, labels: { 'sidecar.istio.io/inject': 'false' } },
    spec: {
      initContainers: [
        {
          name: 'istio-init',
          image: 'proxy:1',
          securityContext: { runAsUser: 0, capabilities: { add: ['NET_ADMIN', 'NET_RAW'], drop: ['ALL'] } },
        },
      ],
      containers: [{ name: 'app', image: 'app:1' }],
    },
  });

  test.each([
    { istioCni: true, isAdmitted: false },
    { istioCni: false, isAdmitted: true },
  ])(
    'istioCni $istioCni: a pod that redirects its own traffic is admitted: $isAdmitted',
    async ({ istioCni, isAdmitted }) => {
      const name = `beyond-cni-${istioCni}`;
      const app = new MeshApp({ outdir: 'never-written' });
      new Mesh(app, name, { istioCni });
      await apply(lab, [objects(app).find('Namespace', name)]);
      // Dry: the answer is that of admission, and nothing has to run.
      const { code, stderr } = await eventually(
        'an answer of admission',
        () => lab.kubectl(['apply', '--dry-run=server', '-f', '-'], JSON.stringify(injected(name))),
        (answer) => !answer.stderr.includes('serviceaccount "default" not found'),
      );
      expect({ isAdmitted: code === 0, stderr }).toEqual({
        isAdmitted,
        stderr: isAdmitted
          ? expect.stringContaining('would violate PodSecurity')
          : expect.stringContaining('violates PodSecurity "restricted'),
      });
    },
  );
});

test('Istio takes every construct, with as little and with as much as it can be given', async () => {
  const golden = join(ROOT, 'tests', 'golden');
  const files = readdirSync(golden, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.yaml'));
  expect(files.length).toBeGreaterThan(15);
  const objects = files.flatMap((file) =>
    parseAllDocuments(readFileSync(join(golden, file), 'utf8')).map((document): unknown => document.toJS()),
  );
  // In namespaces of their own, which have to be there for an answer; nothing else is kept.
  const namespaces = new Set<string>();
  const renamed = (name: unknown): unknown => {
    if (typeof name !== 'string' || !/^[a-z]/.test(name)) return name;
    namespaces.add(`beyond-${name}`);
    return `beyond-${name}`;
  };
  const items = JSON.stringify(objects, (key, value: unknown) =>
    key === 'namespace' ? renamed(value) : key === 'exportTo' && Array.isArray(value) ? value.map(renamed) : value,
  );
  await apply(
    lab,
    [...namespaces].map((name) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } })),
  );
  const { code, stdout, stderr } = await lab.kubectl(
    ['apply', '--server-side', '--force-conflicts', '--dry-run=server', '-f', '-'],
    `{"apiVersion":"v1","kind":"List","items":${items}}`,
  );
  const lines = stderr.split('\n').filter((line) => line !== '' && !line.includes('EnvoyFilter exposes internal'));
  expect({ code, lines }).toEqual({ code: 0, lines: [] });
  expect(stdout.trim().split('\n')).toHaveLength(objects.length);
});
