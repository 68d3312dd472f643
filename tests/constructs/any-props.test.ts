import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { ExternalService } from '../../charts-src/constructs/external-service.ts';
import { Kafka } from '../../charts-src/constructs/kafka.ts';
import { MeshGateway } from '../../charts-src/constructs/mesh-gateway.ts';
import { MeshService } from '../../charts-src/constructs/mesh-service.ts';
import { Mesh } from '../../charts-src/constructs/mesh.ts';
import { ExternalPostgres, PostgresDatabase } from '../../charts-src/constructs/postgres-database.ts';
import { RabbitMq } from '../../charts-src/constructs/rabbit-mq.ts';
import { StrictMtls } from '../../charts-src/constructs/strict-mtls.ts';
import { SynthError } from '../../charts-src/constructs/synth-error.ts';
import { VersionedRoute } from '../../charts-src/constructs/versioned-route.ts';
import { gatewayIdentity } from '../../charts-src/model/gateway-identity.ts';
import { IMAGE, newApp, users } from './rendered.ts';

// Machines that run other things too take their time.
vi.setConfig({ testTimeout: 60_000 });

// What TypeScript refuses reaches constructs from plain JavaScript, from `any`, from data files. Whatever it is, the
// answer is manifests or a list of problems: an error out of the middle of the library tells a user nothing.

const secret = { secret: 'some', key: 'password' };
const resources = { cpuMillis: 250, memoryMib: 512, ephemeralStorageMib: 32 };
const traffic = {
  connectionPool: {
    tcp: { maxConnections: 7, connectTimeout: '250ms' },
    http: { http1MaxPendingRequests: 8, http2MaxRequests: 9, maxRetries: 3, idleTimeout: '5m' },
  },
  outlierDetection: { consecutive5xxErrors: 3, interval: '5s', baseEjectionTime: '15s', maxEjectionPercent: 34 },
  loadBalancer: { consistentHash: { httpHeaderName: 'x-user' } },
};
const call = {
  operations: ['getUser', 'addUser'],
  timeout: '3s',
  retries: { attempts: 2, perTryTimeout: '900ms', retryOn: ['503'], idempotent: 'by key' },
  ...traffic,
  accepts: { 'retries-exceed-timeout': 'a test' },
};
const exposure = { operations: ['listUsers'], timeout: '5s', retries: { attempts: 1 } };
const stateful = {
  image: IMAGE,
  namespace: 'shop',
  storage: { sizeGib: 3, storageClass: 'fast' },
  resources,
  accepts: { 'single-replica': 'a test' },
};

/** Everything that each construct takes. `owner` is put in later: it is no data. */
const FULL = {
  Mesh: {
    namespaces: ['other', 'another'],
    partOf: 'web',
    folder: 'web/prod',
    trustDomain: 'shop.example',
    clusterDomain: 'cluster.example',
    istioCni: true,
    sidecars: 'native',
    revision: 'canary',
    controlPlane: { namespace: 'mesh', podLabels: { app: 'istiod' } },
    telemetry: { accessLog: 'all', traceSamplingPercent: 12.5 },
    images: { byTag: 'a test' },
  },
  MeshService: {
    contract: users,
    versions: {
      v1: { image: IMAGE, scaling: { replicas: 2 }, resources, environment: { A: 'b' } },
      v2: { image: IMAGE, scaling: { minReplicas: 2, maxReplicas: 4, targetCpuPercent: 50 } },
    },
    weights: { v1: 90, v2: 10 },
    namespace: 'shop',
    port: { number: 80, targetPort: 8080 },
    additionalPorts: {
      'tcp-admin': { contract: { protocol: 'tcp', name: 'a', basePath: '', operations: {} }, number: 81 },
    },
    scaling: { replicas: 3 },
    resources,
    traffic,
    health: { liveness: '/livez', readiness: '/readyz', startWithin: '60s' },
    shutdown: { drain: '10s', longestRequest: '30s' },
    metricsPath: '/metrics',
    config: { KEY: 'value' },
    secrets: { PASSWORD: secret },
    writableFolders: ['/tmp', '/var/cache/app'],
    migrations: { command: ['migrate'], as: 'job' },
    accepts: { 'no-cpu-limit': 'a test' },
  },
  calls: call,
  MeshGateway: {
    identity: gatewayIdentity.istioctl(),
    hosts: ['shop.example'],
    tls: { credentialName: 'certificate', minProtocolVersion: 'TLSV1_3' },
    jwt: [
      {
        issuer: 'https://id.example',
        jwks: '{"keys":[{"kty":"EC","crv":"P-256","x":"eA","y":"eQ"}]}',
        audiences: ['shop'],
      },
    ],
    rateLimit: { requests: 10, per: '1s', burst: 20 },
  },
  exposes: exposure,
  ExternalService: { hosts: ['api.example.com'], port: 443, tls: 'passthrough', namespace: 'shop' },
  PostgresDatabase: { ...stateful, owner: 'callee', database: 'orders', user: 'app', password: secret },
  ExternalPostgres: { owner: 'callee', host: 'db.example.com', port: 5432, database: 'orders', password: secret },
  RabbitMq: {
    ...stateful,
    exchange: 'events',
    events: { A: 'a', B: 'b' },
    queues: { q: ['A', 'B'] },
    user: 'app',
    password: secret,
    credentials: { secret: 'conf', key: 'a.conf' },
  },
  Kafka: {
    ...stateful,
    brokers: 3,
    clusterId: 'x',
    topics: { t: { partitions: 3, replicationFactor: 3, retention: '24h' } },
  },
  StrictMtls: {
    name: 'legacy',
    namespace: 'shop',
    selector: { app: 'legacy' },
    plainTextPorts: [8080],
    accepts: { 'plain-text-port': 'a test' },
  },
  VersionedRoute: {
    host: 'orders',
    namespace: 'shop',
    weights: { v1: 90, v2: 10 },
    prefix: '/api',
    timeout: '9s',
    retries: { attempts: 2, perTryTimeout: '3s', retryOn: ['503'] },
    connectionPool: traffic.connectionPool,
    outlierDetection: traffic.outlierDetection,
    loadBalancer: 'RANDOM',
    accepts: { 'unmatched-paths-get-404': 'a test' },
  },
} as const;

type Name = keyof typeof FULL;

/** Declares a small mesh in which one thing gets these props. */
function declare(name: Name, props: never): ReturnType<typeof newApp> {
  const app = newApp();
  const mesh = new Mesh(app, 'shop');
  const callee = new MeshService(mesh, 'callee', { contract: users, versions: { v1: { image: IMAGE } } });
  const withOwner = (given: unknown): never =>
    (typeof given === 'object' && given !== null && (given as { owner?: unknown }).owner === 'callee'
      ? { ...given, owner: callee }
      : given) as never; // what is not data is put in here
  switch (name) {
    case 'Mesh':
      new Mesh(app, 'second', props);
      break;
    case 'MeshService': {
      const service = new MeshService(mesh, 'subject', props);
      service.calls(callee, { operations: ['getUser'] });
      callee.calls(service, { operations: ['getUser'] } as never);
      break;
    }
    case 'calls':
      new MeshService(mesh, 'caller', { contract: users, versions: { v1: { image: IMAGE } } }).calls(callee, props);
      break;
    case 'MeshGateway':
      new MeshGateway(mesh, 'public', props).exposes(callee, { operations: ['getUser'] });
      break;
    case 'exposes':
      new MeshGateway(mesh, 'public', { identity: gatewayIdentity.helm(), hosts: ['a.example'], tls: 'none' }).exposes(
        callee,
        props,
      );
      break;
    case 'ExternalService':
      callee.calls(new ExternalService(mesh, 'external', props));
      break;
    case 'PostgresDatabase':
      new PostgresDatabase(mesh, 'database', withOwner(props));
      break;
    case 'ExternalPostgres':
      new ExternalPostgres(mesh, 'database', withOwner(props));
      break;
    case 'RabbitMq': {
      const events = new RabbitMq(mesh, 'rabbitmq', props as ConstructorParameters<typeof RabbitMq>[2]);
      callee.publishes(events, ['A']).consumes(events, 'q');
      break;
    }
    case 'Kafka': {
      const streams = new Kafka(mesh, 'kafka', props as ConstructorParameters<typeof Kafka>[2]);
      callee.publishes(streams, ['t']).consumes(streams, 't');
      break;
    }
    case 'StrictMtls':
      new StrictMtls(mesh, 'strict', props);
      break;
    case 'VersionedRoute':
      new VersionedRoute(mesh, 'route', props);
      break;
  }
  return app;
}

/** Problems, or nothing; anything else that is thrown is a bug. */
function problemsOf(name: Name, props: unknown): readonly string[] {
  try {
    declare(name, props as never).render();
    return [];
  } catch (error) {
    if (!(error instanceof SynthError)) throw error;
    return error.problems.map(({ path, message }) => `${path}: ${message}`);
  }
}

const NAMES = Object.keys(FULL) as Name[];

test.each(NAMES)('%s takes everything that is in the table', (name) => {
  expect(problemsOf(name, FULL[name])).toEqual([]);
});

/** Values of every type that JSON has, and some that it has not. */
const anything = fc.oneof(
  fc.constantFrom<unknown>(
    undefined,
    null,
    true,
    '',
    ' ',
    'constructor',
    '__proto__',
    '30',
    '30s',
    0,
    -1,
    1.5,
    NaN,
    [],
    {},
    [null],
    [[]],
    [{}],
  ),
  fc.string(),
  fc.double(),
  fc.jsonValue(),
);

type Change = (value: unknown, path: readonly string[]) => unknown;

/** Every path into a value, the value itself first. */
function paths(value: unknown): string[][] {
  const parts = typeof value === 'object' && value !== null ? Object.entries(value) : [];
  return [[], ...parts.flatMap(([key, part]) => paths(part).map((path) => [key, ...path]))];
}

function changed(value: unknown, path: readonly string[], replacement: unknown, remove = false): unknown {
  const [first, ...rest] = path;
  if (first === undefined) return replacement;
  if (Array.isArray(value))
    return value.map((item: unknown, index) =>
      String(index) === first ? changed(item, rest, replacement, remove) : item,
    );
  const { [first]: old, ...others } = value as Record<string, unknown>;
  return remove && rest.length === 0 ? others : { ...others, [first]: changed(old, rest, replacement, remove) };
}

const change: fc.Arbitrary<Change> = fc.oneof(
  anything.map(
    (other): Change =>
      (value, path) =>
        changed(value, path, other),
  ),
  fc.constant<Change>((value, path) => (path.length === 0 ? undefined : changed(value, path, undefined, true))),
  fc.tuple(fc.string(), anything).map(([key, other]): Change => (value, path) => {
    const at = path.reduce<unknown>((part, step) => (part as Record<string, unknown>)[step], value);
    const isMap = typeof at === 'object' && at !== null && !Array.isArray(at);
    return changed(value, path, isMap ? { ...at, [key]: other } : other);
  }),
);

describe.each(NAMES)('%s', (name) => {
  test('answers anything in place of any of its props with manifests or with problems', () => {
    const all = paths(FULL[name]);
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.constantFrom(...all), change), { minLength: 1, maxLength: 3 }), (changes) => {
        let props: unknown = FULL[name];
        for (const [path, apply] of changes)
          if (paths(props).some((known) => known.join() === path.join())) props = apply(props, path);
        const problems = problemsOf(name, props);
        for (const problem of problems) {
          expect(problem).not.toMatch(
            /Cannot read prop|is not a function|not iterable|cannot be rendered|is not defined/,
          );
          expect(problem).not.toMatch(/\[object Object\]/);
        }
        expect(new Set(problems).size).toBe(problems.length);
      }),
      { numRuns: 60 },
    );
  });

  test('says of each property that is missing either nothing or its name', () => {
    for (const key of Object.keys(FULL[name])) {
      const problems = problemsOf(name, changed(FULL[name], [key], undefined, true));
      for (const problem of problems) expect(problem).toContain(key);
    }
  });

  test('says of each property that is misspelt that it is unknown', () => {
    for (const [key, value] of Object.entries(FULL[name])) {
      const without = changed(FULL[name], [key], undefined, true) as object;
      const problems = problemsOf(name, { ...without, [`${key}x`]: value });
      expect(problems[0]).toContain(`unknown field "${key}x"`);
      expect(problems[0]).toContain(`Did you mean "${key}"?`);
    }
  });
});
