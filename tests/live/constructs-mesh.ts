import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  ExternalService,
  finalPatch,
  gatewayIdentity,
  grpcContract,
  Kafka,
  Mesh,
  MeshApp,
  MeshGateway,
  MeshService,
  milliseconds,
  minutes,
  PostgresDatabase,
  RabbitMq,
  seconds,
  tcpContract,
  type HttpContract,
} from '../../charts-src/index.ts';
import type { ImageRow } from '../support/lab.ts';
import { readLeaf, type ManifestDocument } from '../support/manifest-folders.ts';

const PROGRAM = readFileSync(new URL('./constructs-app.mjs', import.meta.url)).toString('base64');

/** The start of a command that runs constructs-app.mjs where no file of this repository can be seen. The lab replaces
 * words in braces, of which base64 has none. */
export const appCommand = (node = process.execPath): readonly string[] => [
  ...[node, '--input-type=module', '-e', `await import('data:text/javascript;base64,${PROGRAM}')`],
];

const WHO = { wait_for_ports: true, env: { APP: '{app}', VERSION: '{version}', POD_NAME: '{pod}' } } as const;
const serving = (match: string, how: 'serve' | 'serve-h2', commands: readonly string[] = []): ImageRow => ({
  match,
  ...WHO,
  command: [...appCommand(), how, '{ports}'],
  ...(commands.length > 0 && { files: Object.fromEntries(commands.map((path) => [path, '/bin/true'])) }),
});

/** What the images of the mesh are played by, and how to take away what that needs. */
export const beyondImages = (): { readonly images: readonly ImageRow[]; readonly remove: () => void } => {
  const folder = mkdtempSync(join(tmpdir(), 'weft-kafka-'));
  const topics = join(folder, 'kafka-topics.sh');
  const command = [...appCommand(), 'topics'].map((word) => `'${word.replaceAll("'", String.raw`'\''`)}'`);
  writeFileSync(topics, `#!/bin/sh\nexec ${command.join(' ')} "$@"\n`);
  chmodSync(topics, 0o755);
  return {
    images: [
      serving('beyond/grpc:*', 'serve-h2'),
      serving('beyond/postgres:*', 'serve', ['/usr/bin/pg_isready']),
      serving('beyond/rabbitmq:*', 'serve', ['/usr/bin/rabbitmq-diagnostics', '/usr/sbin/rabbitmq-diagnostics']),
      // Containers with ports; then those without: Jobs and migrations.
      serving('beyond/*', 'serve'),
      {
        match: 'beyond/kafka:*',
        command: ['/bin/false'],
        args: 'container',
        files: { '/opt/kafka/bin/kafka-topics.sh': topics },
      },
      { match: 'beyond/*', command: [...appCommand(), 'migrate'] },
    ],
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
};

const catalogContract = {
  protocol: 'http',
  name: 'catalog',
  basePath: '/api',
  operations: {
    getItem: { method: 'GET', path: '/items/{id}', security: 'user' },
    searchItems: { method: 'GET', path: '/items/search' },
    listItems: { method: 'GET', path: '/items' },
    addItem: { method: 'POST', path: '/items' },
    putItem: { method: 'PUT', path: '/items/{id}' },
  },
} as const satisfies HttpContract;

const featuredContract = {
  protocol: 'http',
  name: 'featured',
  basePath: '/api',
  operations: { getFeatured: { method: 'GET', path: '/items/featured' } },
} as const satisfies HttpContract;

const thingsContract = {
  protocol: 'http',
  name: 'things',
  basePath: '',
  operations: { getThing: { method: 'GET', path: '/things/{id}' } },
} as const satisfies HttpContract;

const opsContract = {
  protocol: 'http',
  name: 'ops',
  basePath: '',
  operations: { getState: { method: 'GET', path: '/ops/state' } },
} as const satisfies HttpContract;

/** The contract of a service that nobody calls. */
const idleContract = {
  protocol: 'http',
  name: 'idle',
  basePath: '',
  operations: { nothing: { method: 'GET', path: '/nothing' } },
} as const satisfies HttpContract;

export const stockContract = grpcContract('stock', 'beyond.stock.v1.Stock', {
  GetStock: 'idempotent',
  Reserve: 'once',
});
export const eventsContract = grpcContract('events', 'beyond.events.v1.Events', { Publish: 'once' });

export const ISSUER = 'https://issuer.beyond.example';
export const AUDIENCE = 'beyond';
export const FRONT_HOST = 'front.beyond.example';
export const NARROW_HOST = 'narrow.beyond.example';
export const LIMIT = 3;

export const NAMESPACES = ['beyond', 'beyond-two'] as const;

/** What differs between two states of the mesh. */
export interface BeyondProps {
  /** Public keys that sign tokens, as a JSON Web Key Set. */
  readonly jwks: string;
  /** A value in the configuration of `alpha`. */
  readonly greeting: string;
  /** Whether `ledger` calls `catalog` too. */
  readonly ledgerCallsCatalog?: boolean;
}

/** A mesh of all that the sample shop has not. */
export const beyond = (app: MeshApp, { jwks, greeting, ledgerCallsCatalog = false }: BeyondProps): Mesh => {
  const mesh = new Mesh(app, 'beyond', { namespaces: [...NAMESPACES], images: { byTag: 'the lab plays them' } });
  const image = (name: string, tag = '1.0.0') => `beyond/${name}:${tag}`;
  const small = { scaling: { replicas: 1 }, accepts: { 'single-replica': 'the lab has one node' } } as const;
  const one = { ...small, versions: { v1: { image: image('app') } } };
  const two = { ...small, versions: { v1: { image: image('app') }, v2: { image: image('app', '2.0.0') } } };

  const catalog = new MeshService(mesh, 'catalog', {
    ...two,
    contract: catalogContract,
    weights: { v1: 80, v2: 20 },
    traffic: { connectionPool: { tcp: { maxConnections: 11 } }, loadBalancer: 'ROUND_ROBIN' },
  });
  const featured = new MeshService(mesh, 'featured', { ...one, contract: featuredContract });
  const limited = new MeshService(mesh, 'limited', { ...one, contract: thingsContract });
  const stock = new MeshService(mesh, 'stock', {
    ...small,
    contract: stockContract,
    versions: { v1: { image: image('grpc') } },
  });
  const cache = new MeshService(mesh, 'cache', {
    ...two,
    contract: tcpContract('cache'),
    weights: { v1: 70, v2: 30 },
    port: { number: 6379, targetPort: 6379 },
  });
  const multi = new MeshService(mesh, 'multi', {
    ...two,
    contract: thingsContract,
    weights: { v1: 99.5, v2: 0.5 },
    additionalPorts: {
      'grpc-events': { contract: eventsContract, number: 9090 },
      'http-ops': { contract: opsContract, number: 8090 },
      'tcp-raw': { contract: tcpContract('raw'), number: 7000 },
    },
  });

  const caller = (name: string, namespace: (typeof NAMESPACES)[number], config?: Readonly<Record<string, string>>) =>
    new MeshService(mesh, name, { ...one, namespace, contract: idleContract, ...(config && { config }) });
  const alpha = caller('alpha', 'beyond', { GREETING: greeting });
  const beta = caller('beta', 'beyond', { GREETING: 'always this' });
  const gamma = caller('gamma', 'beyond-two');
  const delta = caller('delta', 'beyond-two');

  alpha
    .calls(catalog, {
      operations: ['getItem'],
      timeout: milliseconds(1500),
      retries: { attempts: 2 },
      connectionPool: { tcp: { maxConnections: 7 } },
      outlierDetection: { consecutive5xxErrors: 3 },
    })
    .calls(catalog, { operations: ['addItem'], timeout: seconds(3) })
    .calls(stock, { operations: ['GetStock'], timeout: seconds(1), retries: { attempts: 2 } })
    .calls(cache, {})
    .calls(multi, { operations: ['getThing'] });
  beta
    .calls(catalog, { operations: ['getItem'], timeout: milliseconds(700) })
    .calls(catalog, { operations: ['searchItems', 'listItems'], timeout: seconds(2), retries: { attempts: 1 } })
    .calls(stock, { operations: ['Reserve'] })
    .calls(multi.on('tcp-raw'), { connectionPool: { tcp: { maxConnections: 4 } } })
    .calls(multi.on('grpc-events'), { operations: ['Publish'] });
  gamma
    .calls(catalog, {
      operations: ['getItem'],
      timeout: milliseconds(900),
      connectionPool: { tcp: { maxConnections: 5 } },
    })
    .calls(multi.on('tcp-raw'), {});
  delta
    .calls(catalog, { operations: ['getItem'] })
    .calls(cache, { connectionPool: { tcp: { maxConnections: 3 } } })
    .calls(multi.on('http-ops'), { operations: ['getState'], timeout: seconds(1) });

  alpha
    .calls(new ExternalService(mesh, 'partner', { hosts: ['api.partner.example', 'files.partner.example'] }))
    .calls(new ExternalService(mesh, 'relay', { hosts: ['relay.mail.example'], port: 8443, tls: 'originate' }))
    .calls(new ExternalService(mesh, 'legacy', { hosts: ['legacy.partner.example'], port: 9999, tls: 'none' }));

  const ledger = new MeshService(mesh, 'ledger', {
    ...one,
    contract: idleContract,
    migrations: { command: ['migrate'], as: 'job' },
  });
  const journal = new MeshService(mesh, 'journal', {
    ...one,
    contract: idleContract,
    migrations: { command: ['migrate'] },
  });
  for (const [name, owner] of [
    ['ledger', ledger],
    ['journal', journal],
  ] as const)
    new PostgresDatabase(mesh, `${name}-db`, {
      owner,
      database: name,
      image: image('postgres', '15'),
      password: { secret: `${name}-db`, key: 'password' },
    });
  const bus = new RabbitMq(mesh, 'bus', {
    image: image('rabbitmq', '3.12'),
    exchange: 'events',
    events: { Made: 'thing.made' },
    queues: { things: ['Made'] },
    password: { secret: 'bus-password', key: 'password' },
    credentials: { secret: 'bus-credentials', key: '10-credentials.conf' },
  });
  const stream = new Kafka(mesh, 'stream', {
    image: image('kafka', '3.7.0'),
    brokers: 1,
    clusterId: '5L6g3nShT-eMCtK--X86sw',
    topics: { made: { partitions: 2, replicationFactor: 1, retention: minutes(90) } },
  });
  ledger.publishes(bus, ['Made']).publishes(stream, ['made']);
  journal.consumes(bus, 'things').consumes(stream, 'made');
  if (ledgerCallsCatalog) ledger.calls(catalog, { operations: ['listItems'] });

  const identity = gatewayIdentity.istioctl();
  new MeshGateway(mesh, 'front', {
    identity,
    hosts: [FRONT_HOST],
    tls: { credentialName: 'beyond-certificate' },
    jwt: [{ issuer: ISSUER, audiences: [AUDIENCE], jwks }],
  })
    .exposes(catalog, { operations: ['getItem', 'listItems'], timeout: seconds(5) })
    .exposes(featured, { operations: ['getFeatured'] });
  new MeshGateway(mesh, 'narrow', {
    identity,
    hosts: [NARROW_HOST],
    tls: 'none',
    rateLimit: { requests: LIMIT, per: minutes(10) },
  }).exposes(limited, { operations: ['getThing'] });

  finalPatch(catalog.virtualService, {
    op: 'add',
    path: '/spec/http/0/headers',
    value: { response: { add: { 'x-patched': 'by the test' } } },
  });
  return mesh;
};

/** The files of a state of the mesh, as synthesis writes them. */
export const beyondDocuments = (props: BeyondProps): readonly ManifestDocument[] => {
  const outdir = mkdtempSync(join(tmpdir(), 'weft-beyond-'));
  try {
    const app = new MeshApp({ outdir });
    const { folder } = beyond(app, props);
    app.synth();
    return readLeaf(join(outdir, folder));
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
};
