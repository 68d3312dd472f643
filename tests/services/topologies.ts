import { randomUUID } from 'node:crypto';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWK } from 'jose';
import { IMAGE_VARIABLES } from '../support/image-variables.ts';
import type { KafkaServer } from '../support/kafka.ts';
import { createDatabase, type Database, type PostgresAddress } from '../support/postgres.ts';
import { createVirtualHost, type RabbitMqAddress, type VirtualHost } from '../support/rabbitmq.ts';
import { serverFolder } from '../support/server-folder.ts';
import { launchService, runService, type ServiceProcess, type ServiceSpec } from '../support/service-process.ts';
import { folderOf, MODULES, type Claims, type ModuleName, type ServiceName, type Shop } from './shop.ts';

type Variables = Readonly<Record<string, string>>;

/** What each service keeps its data in; the gateway keeps none. */
const MODULE_OF: Readonly<Partial<Record<ServiceName, ModuleName>>> = {
  'order-service': 'orders',
  'user-service': 'users',
  'payment-service': 'payments',
  'inventory-service': 'inventory',
  'notification-service': 'notifications',
};

/** Services with a database and a broker. */
export const KEEPERS = [
  'user-service',
  'order-service',
  'payment-service',
  'inventory-service',
  'notification-service',
] as const;

export type Keeper = (typeof KEEPERS)[number];

const ISSUER = 'https://users.shop.test';
const AUDIENCE = 'shop';

/** Who signs tokens in a shop under test. */
export interface Signer {
  readonly privateKey: CryptoKey;
  readonly publicJwk: JWK;
  readonly privateJwk: JWK;
  readonly issuer: string;
  readonly audience: string;
  readonly sign: (claims: Claims) => Promise<string>;
}

export const newSigner = async (): Promise<Signer> => {
  const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true });
  const kid = randomUUID();
  return {
    privateKey,
    publicJwk: { ...(await exportJWK(publicKey)), kid, alg: 'ES256', use: 'sig' },
    privateJwk: { ...(await exportJWK(privateKey)), kid, alg: 'ES256', use: 'sig' },
    issuer: ISSUER,
    audience: AUDIENCE,
    sign: ({ userId, roles = [] }) =>
      new SignJWT({ roles: [...roles] })
        .setProtectedHeader({ alg: 'ES256', kid })
        .setSubject(userId)
        .setIssuer(ISSUER)
        .setAudience(AUDIENCE)
        .setIssuedAt()
        .setExpirationTime('15 minutes')
        .sign(privateKey),
  };
};

/** What every process of a shop under test gets. */
const commonVariables = (name: string, signer: Signer): Variables => ({
  ...IMAGE_VARIABLES,
  SERVICE_NAME: name,
  SERVICE_VERSION: 'v1',
  ENVIRONMENT: 'dev',
  HOST: '127.0.0.1',
  LOG_LEVEL: 'info',
  SHUTDOWN_DELAY_MS: '300',
  JWT_ISSUER: signer.issuer,
  JWT_AUDIENCE: signer.audience,
  JWT_KEYS: JSON.stringify({ keys: [signer.publicJwk] }),
});

const databaseVariables = ({ host, port, database, user, password }: Database): Variables => ({
  DATABASE_HOST: host,
  DATABASE_PORT: String(port),
  DATABASE_NAME: database,
  DATABASE_USER: user,
  DATABASE_PASSWORD: password,
});

/** How the services of a shop talk about events. */
export type Broker =
  | { readonly kind: 'rabbitmq'; readonly vhost: VirtualHost }
  | { readonly kind: 'kafka'; readonly bootstrapServers: string };

const GROUPS: Readonly<Record<Keeper, { readonly topics: string }>> = {
  'user-service': { topics: '' },
  'order-service': { topics: 'payment_events,order_events' },
  'payment-service': { topics: 'order_events' },
  'inventory-service': { topics: 'order_events' },
  'notification-service': { topics: 'user_events,order_events' },
};

const brokerVariables = (service: Keeper, broker: Broker): Variables => {
  if (broker.kind === 'rabbitmq') {
    const { host, port, vhost, user, password } = broker.vhost;
    return {
      RABBITMQ_HOST: host,
      RABBITMQ_PORT: String(port),
      RABBITMQ_VHOST: vhost,
      RABBITMQ_USER: user,
      RABBITMQ_PASSWORD: password,
    };
  }
  const { topics } = GROUPS[service];
  return {
    KAFKA_BOOTSTRAP_SERVERS: broker.bootstrapServers,
    ...(topics !== '' && { KAFKA_TOPIC: topics, KAFKA_CONSUMER_GROUP: service }),
  };
};

/** What each service gets beside its database and its broker. */
const OWN: Readonly<Partial<Record<ServiceName, Variables>>> = {
  // Tests send more than people do; those that are about the limit set their own.
  'api-gateway': { RATE_LIMIT_REQUESTS: '1000000', RATE_LIMIT_SECONDS: '1' },
};

/** The programs of a service: those that its image holds. */
const programsOf = (bundles: string, folder: string) => ({
  main: [join(bundles, folder, 'main.js')] as const,
  migrate: [join(bundles, folder, 'migrate.js')] as const,
});

/** A shop of services, each a process of its own. */
export interface ServiceShop extends Shop {
  readonly signer: Signer;
  readonly processes: Readonly<Record<ServiceName, ServiceProcess>>;
  readonly databases: Readonly<Record<ModuleName, Database>>;
  /** Where mails go, a file each. */
  readonly mailFolder: string;
  /** One more instance of a service, with other variables where given; it is not waited for. */
  launch(service: ServiceName, variables?: Variables): Promise<ServiceProcess>;
  /** Runs the program of a service with these words to its end, and gives what it printed. */
  run(service: ServiceName, ...words: readonly string[]): Promise<string>;
  /** The last that each process has printed, for messages. */
  endOfLogs(): string;
}

/** What differs between shops of services. */
export interface ServiceShopOptions {
  /** Folder with a bundle a service. */
  readonly bundles: string;
  readonly postgres: PostgresAddress;
  readonly broker: Broker;
  /** More variables for a service, or others. */
  readonly variables?: Partial<Record<ServiceName, Variables>>;
  /** Part of the names of databases. */
  readonly name: string;
}

/** Starts all services, each with a database of its own, and waits until they are ready. */
export const startServices = async ({
  bundles,
  postgres,
  broker,
  variables = {},
  name,
}: ServiceShopOptions): Promise<ServiceShop> => {
  const servers = serverFolder('shop');
  try {
    const signer = await newSigner();
    const databases = Object.fromEntries(
      await Promise.all(
        MODULES.map(async (module) => [module, await createDatabase(postgres, `${name}_${module}`)] as const),
      ),
    ) as Record<ModuleName, Database>; // one a module
    const mailFolder = join(servers.path, 'mail');
    const keyFile = join(servers.path, 'signing-key.json');
    writeFileSync(keyFile, JSON.stringify(signer.privateJwk), { mode: 0o600 });

    const specs = new Map<ServiceName, ServiceSpec>();
    const launch = async (service: ServiceName, more: Variables): Promise<ServiceProcess> => {
      const module = MODULE_OF[service];
      const env = {
        ...commonVariables(service, signer),
        ...(module !== undefined && databaseVariables(databases[module])),
        ...(service !== 'api-gateway' && brokerVariables(service, broker)),
        ...OWN[service],
        ...more,
        ...variables[service],
      };
      const programs = programsOf(bundles, folderOf(service));
      if (module !== undefined)
        await runService(servers, { name: `${service}-migrate`, program: programs.migrate, env });
      const spec = { name: service, program: programs.main, env };
      specs.set(service, spec);
      return launchService(servers, spec);
    };
    const urlOf = (service: ServiceProcess): string => `${service.url}/api`;
    const users = await launch('user-service', { JWT_PRIVATE_KEY_FILE: keyFile });
    const [orders, payments, inventory, notifications] = await Promise.all([
      launch('order-service', { USER_SERVICE_URL: urlOf(users) }),
      launch('payment-service', {}),
      launch('inventory-service', {}),
      launch('notification-service', { MAIL_FOLDER: mailFolder }),
    ]);
    const gateway = await launch('api-gateway', {
      ORDER_SERVICE_URL: urlOf(orders),
      USER_SERVICE_URL: urlOf(users),
      PAYMENT_SERVICE_URL: urlOf(payments),
      INVENTORY_SERVICE_URL: urlOf(inventory),
      NOTIFICATION_SERVICE_URL: urlOf(notifications),
    });
    const processes: Readonly<Record<ServiceName, ServiceProcess>> = {
      'api-gateway': gateway,
      'order-service': orders,
      'user-service': users,
      'payment-service': payments,
      'inventory-service': inventory,
      'notification-service': notifications,
    };
    await Promise.all(Object.values(processes).map((service) => service.ready()));
    return {
      url: gateway.url,
      serviceUrl: (service) => processes[service].url,
      sign: signer.sign,
      databaseOf: (module) => databases[module],
      signer,
      processes,
      databases,
      mailFolder,
      launch: (service, more) => {
        const spec = specs.get(service);
        if (spec === undefined) throw new Error(`${service} does not run`);
        return launchService(servers, { ...spec, env: { ...spec.env, ...more } });
      },
      run: async (service, ...words) => {
        const spec = specs.get(service);
        if (spec === undefined) throw new Error(`${service} does not run`);
        const name = [service, ...words].join('-');
        const before = existsSync(join(servers.path, `${name}.log`)) ? servers.log(name).length : 0;
        await runService(servers, { ...spec, name, program: [...spec.program, ...words] });
        return servers.log(name).slice(before);
      },
      endOfLogs: () =>
        Object.keys(processes)
          .map((service) => `${service}:\n${servers.endOfLog(service)}`)
          .join('\n'),
      stop: () => servers.stop(),
    };
  } catch (error) {
    await servers.stop();
    throw error;
  }
};

/** The shop as one process, with a PostgreSQL server or the embedded one. */
export interface Monolith extends Shop {
  readonly process: ServiceProcess;
  readonly signer: Signer;
}

/** Starts the monolith and waits until it is ready. Without a database it uses the embedded one, in memory. */
export const startMonolith = async ({
  bundles,
  database,
  variables = {},
}: {
  readonly bundles: string;
  readonly database?: Database;
  readonly variables?: Variables;
}): Promise<Monolith> => {
  const servers = serverFolder('monolith');
  try {
    const signer = await newSigner();
    const keyFile = join(servers.path, 'signing-key.json');
    writeFileSync(keyFile, JSON.stringify(signer.privateJwk), { mode: 0o600 });
    const env = {
      ...commonVariables('shop', signer),
      ...OWN['api-gateway'],
      JWT_PRIVATE_KEY_FILE: keyFile,
      MAIL_FOLDER: join(servers.path, 'mail'),
      ...(database !== undefined && { DATABASE_URL: urlOfDatabase(database) }),
      ...variables,
    };
    const service = await launchService(servers, {
      name: 'shop',
      program: programsOf(bundles, 'monolith').main,
      env,
      cwd: join(bundles, 'monolith'), // a database with tables is there
    });
    await service.ready();
    return {
      url: service.url,
      serviceUrl: () => service.url,
      sign: signer.sign,
      signer,
      databaseOf: () => database,
      process: service,
      stop: () => servers.stop(),
    };
  } catch (error) {
    await servers.stop();
    throw error;
  }
};

const urlOfDatabase = ({ host, port, database, user, password }: Database): string => {
  const [name, secret] = [user, password].map(encodeURIComponent);
  return `postgres://${name}:${secret}@${host}:${port}/${database}`;
};

/** A virtual host for the services of one file. */
export const rabbitMqOf = async (address: RabbitMqAddress, name: string) => ({
  kind: 'rabbitmq' as const,
  vhost: await createVirtualHost(address, name),
});

/** The topics of the shop. */
export const TOPICS = ['user_events', 'order_events', 'payment_events'] as const;

/** A Kafka with the topics that the mesh makes before its services start. */
export const kafkaOf = async (server: KafkaServer) => {
  for (const topic of TOPICS) await server.createTopic(topic);
  return { kind: 'kafka' as const, bootstrapServers: server.bootstrapServers };
};
