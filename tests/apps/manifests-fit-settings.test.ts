import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { gatewaySettings } from '../../apps/gateway/settings.ts';
import { stockEvents } from '../../apps/inventory/contract/events.ts';
import { mailSettings } from '../../apps/notification/module.ts';
import { orderEvents } from '../../apps/order/contract/events.ts';
import { paymentEvents } from '../../apps/payment/contract/events.ts';
import { queues } from '../../apps/shared/bus/topology.ts';
import { eventCatalogue } from '../../apps/shared/events/catalogue.ts';
import type { EventDefinition } from '../../apps/shared/events/event.ts';
import { readConfig } from '../../apps/shared/runtime/config.ts';
import {
  serviceProblems,
  serviceSettings,
  settingProblems,
  signingSettings,
} from '../../apps/shared/runtime/settings.ts';
import { userEvents } from '../../apps/user/contract/events.ts';
import { ROOT } from '../../scripts/dev/provision/locate.ts';
import { SERVICES } from '../../scripts/dev/shop-services.ts';
import { readLeaf } from '../support/manifest-folders.ts';

type ServiceName = (typeof SERVICES)[keyof typeof SERVICES];

/** What each process reads. */
const SETTINGS: Readonly<Record<ServiceName, z.ZodRawShape>> = {
  'api-gateway': gatewaySettings,
  'order-service': { ...serviceSettings, USER_SERVICE_URL: z.url() },
  'user-service': { ...serviceSettings, ...signingSettings },
  'payment-service': serviceSettings,
  'inventory-service': serviceSettings,
  'notification-service': { ...serviceSettings, ...mailSettings },
};

// weft wrote the manifests: what is not as claimed here fails the test that looks at it.
interface Container {
  readonly name: string;
  readonly command?: readonly string[];
  readonly env: readonly {
    readonly name: string;
    readonly value?: string;
    readonly valueFrom?: { readonly configMapKeyRef?: { readonly name: string; readonly key: string } };
  }[];
  readonly volumeMounts: readonly { readonly name: string; readonly mountPath: string }[];
  readonly ports?: readonly { readonly containerPort: number }[];
  readonly livenessProbe?: { readonly httpGet: { readonly path: string; readonly port: number } };
  readonly readinessProbe?: { readonly httpGet: { readonly path: string; readonly port: number } };
  readonly startupProbe?: { readonly httpGet: { readonly path: string; readonly port: number } };
  readonly lifecycle?: { readonly preStop?: { readonly sleep?: { readonly seconds: number } } };
}
interface PodSpec {
  readonly containers: readonly [Container];
  readonly initContainers?: readonly Container[];
  readonly volumes: readonly { readonly name: string; readonly secret?: { readonly secretName: string } }[];
  readonly terminationGracePeriodSeconds: number;
}

interface ServiceSpec {
  readonly ports: readonly { readonly port: number; readonly targetPort: string }[];
}

/** What each service tells the others, by its contract. */
const OWN_EVENTS: Readonly<Partial<Record<ServiceName, readonly EventDefinition[]>>> = {
  'user-service': userEvents,
  'order-service': orderEvents,
  'payment-service': paymentEvents,
  'inventory-service': stockEvents,
};

/** Kafka's part, as section 4 of the guide has it: three topics, and two groups that read orders. */
const KAFKA: Readonly<Partial<Record<ServiceName, { publishes: readonly string[]; reads: readonly string[] }>>> = {
  'user-service': { publishes: ['user_events'], reads: [] },
  'order-service': { publishes: ['order_events'], reads: [] },
  'payment-service': { publishes: ['payment_events'], reads: ['order_events'] },
  'inventory-service': { publishes: [], reads: ['order_events'] },
};

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'weft-settings-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const documentsOf = (environment: string) =>
  readLeaf(join(ROOT, 'dist', 'microservices', environment)).map(({ object }) => object);

const podOf = (environment: string, name: string): PodSpec => {
  const deployment = documentsOf(environment).find(
    ({ kind, metadata }) => kind === 'Deployment' && metadata.name === name,
  );
  if (deployment === undefined) throw new Error(`${environment} has no Deployment ${name}`);
  return (deployment['spec'] as { readonly template: { readonly spec: PodSpec } }).template.spec; // of a Deployment
};

/** Variables as the container sees them; a secret's file is one of this test, with something of its kind in it. */
const variablesOf = (environment: string, { env }: Container): Readonly<Record<string, string>> => {
  const maps = documentsOf(environment).filter(({ kind }) => kind === 'ConfigMap');
  return Object.fromEntries(
    env.map(({ name, value, valueFrom }) => {
      const from = valueFrom?.configMapKeyRef;
      if (from === undefined) return [name, name.endsWith('_FILE') ? secretFile(environment, name) : (value ?? '')];
      const data = maps.find(({ metadata }) => metadata.name === from.name)?.['data'] as
        Record<string, string> | undefined; // of a ConfigMap
      const found = data?.[from.key];
      if (found === undefined) throw new Error(`${name}: no key ${from.key} in the ConfigMap ${from.name}`);
      return [name, found];
    }),
  );
};

const DEV_KEY = readFileSync(join(ROOT, 'environments', 'INSECURE-dev-signing-key.json'), 'utf8');

const secretFile = (environment: string, name: string): string => {
  const path = join(folder, `${environment}-${name}`);
  writeFileSync(path, name === 'JWT_PRIVATE_KEY_FILE' ? DEV_KEY : 'a password');
  return path;
};

describe.each(['dev', 'staging', 'prod'])('%s', (environment) => {
  describe.each(Object.values(SERVICES))('%s', (service) => {
    const pod = podOf(environment, `${service}-v1`);
    const [container] = pod.containers;
    const valueOf = (name: string): string | undefined => container.env.find((one) => one.name === name)?.value;
    const listOf = (name: string): readonly string[] => valueOf(name)?.split(',').sort() ?? [];

    test('gets what its process reads: nothing is missing, wrong or unknown', () => {
      const variables = variablesOf(environment, container);
      const shape = SETTINGS[service];
      expect(
        Object.keys(variables)
          .map((name) => name.replace(/_FILE$/, ''))
          .filter((name) => !Object.hasOwn(shape, name)),
      ).toEqual([]);
      let problems: readonly string[] = [];
      try {
        readConfig(shape, variables, (read) =>
          // Read by that very shape.
          service === 'api-gateway' ? settingProblems(read as never) : serviceProblems(read as never),
        );
      } catch (error) {
        problems =
          error instanceof Error && 'problems' in error ? (error.problems as readonly string[]) : [String(error)];
      }
      // The real signing key is in no repository: elsewhere the test's is refused, as it has to be.
      const isOfTheKey = (problem: string): boolean => environment !== 'dev' && problem.startsWith('JWT_PRIVATE_KEY:');
      expect(problems.filter((problem) => !isOfTheKey(problem))).toEqual([]);
      expect(problems.some(isOfTheKey)).toBe(service === 'user-service' && environment !== 'dev');
    });

    test('finds every secret in a file of a volume', () => {
      const files = container.env.filter(({ name }) => name.endsWith('_FILE')).map(({ value }) => value ?? '');
      for (const file of files) {
        const mount = container.volumeMounts.find(({ mountPath }) => file.startsWith(`${mountPath}/`));
        expect([file, pod.volumes.find(({ name }) => name === mount?.name)?.secret]).toEqual([
          file,
          expect.any(Object),
        ]);
      }
      expect(files.length).toBe(service === 'api-gateway' ? 0 : service === 'user-service' ? 3 : 2);
    });

    test('is asked where it answers, and has the time that it takes to end', () => {
      const port = Number(container.env.find(({ name }) => name === 'PORT')?.value);
      expect(container.ports?.map(({ containerPort }) => containerPort)).toEqual([port]);
      expect(container.readinessProbe?.httpGet).toMatchObject({ path: '/readyz', port });
      expect(container.livenessProbe?.httpGet).toMatchObject({ path: '/livez', port });
      expect(container.startupProbe?.httpGet).toMatchObject({ path: '/livez', port });
      const shutdownDelaySeconds =
        Number(container.env.find(({ name }) => name === 'SHUTDOWN_DELAY_MS')?.value ?? 2_000) / 1_000;
      const longestRequestSeconds = 30;
      const asleep = container.lifecycle?.preStop?.sleep?.seconds ?? 0;
      expect(pod.terminationGracePeriodSeconds).toBeGreaterThanOrEqual(
        asleep + shutdownDelaySeconds + longestRequestSeconds,
      );
    });

    test('brings its tables up to date with the same variables, where it has any', () => {
      const migrations = pod.initContainers?.filter(({ name }) => name === 'migrate') ?? [];
      expect(migrations.map(({ command }) => command)).toEqual(
        service === 'api-gateway' ? [] : [['node', 'migrate.js']],
      );
      for (const { env } of migrations) expect(env).toEqual(container.env);
    });

    test('has the queue that its module reads, with the keys of its events', () => {
      const queue = valueOf('RABBITMQ_QUEUE');
      if (queue === undefined) return void expect(['api-gateway', 'user-service']).toContain(service);
      const types = queues[queue as keyof typeof queues]; // undefined for a queue that nobody has
      expect(valueOf('RABBITMQ_ROUTING_KEYS')?.split(',').sort()).toEqual(
        types.map((type) => eventCatalogue[type].routingKey).sort(),
      );
    });

    test('tells RabbitMQ all of its own events, and Kafka those whose topic it has', () => {
      const own = OWN_EVENTS[service] ?? [];
      expect(listOf('RABBITMQ_PUBLISHES')).toEqual(own.map(({ routingKey }) => routingKey).sort());
      const topics = new Set(own.map(({ topic }) => topic));
      expect(listOf('KAFKA_PUBLISHES').filter((topic) => !topics.has(topic))).toEqual([]);
      expect(listOf('KAFKA_PUBLISHES')).toEqual(KAFKA[service]?.publishes ?? []);
    });

    test('reads from Kafka what its module reacts to, in a group of its own', () => {
      const topics = listOf('KAFKA_TOPIC');
      expect(topics).toEqual(KAFKA[service]?.reads ?? []);
      expect(valueOf('KAFKA_CONSUMER_GROUP')).toBe(topics.length > 0 ? service : undefined);
      if (topics.length === 0) return;
      // Whatever its queue brings comes by these topics too: a reaction that only one broker sets off would be lost with it.
      const types = queues[valueOf('RABBITMQ_QUEUE') as keyof typeof queues];
      expect(types.filter((type) => !topics.includes(eventCatalogue[type].topic))).toEqual([]);
    });

    test('finds its database and its brokers at ports that Services have, which lead to ports that containers have', () => {
      const addresses = [
        ...['DATABASE', 'RABBITMQ'].map((of) => [valueOf(`${of}_HOST`), valueOf(`${of}_PORT`)]),
        ...listOf('KAFKA_BOOTSTRAP_SERVERS').map((address) => address.split(':')),
      ].filter(([host]) => host !== undefined);
      expect(addresses).toHaveLength(service === 'api-gateway' ? 0 : service === 'notification-service' ? 2 : 3);
      for (const [host = '', port] of addresses) {
        const [name] = host.split('.');
        const objects = documentsOf(environment).filter(({ metadata }) => metadata.name === name);
        const [target] = objects
          .filter(({ kind }) => kind === 'Service')
          .flatMap(({ spec }) => (spec as ServiceSpec).ports.filter((one) => String(one.port) === port));
        const ports = objects
          .filter(({ kind }) => kind === 'StatefulSet')
          .flatMap(({ spec }) => (spec as { readonly template: { readonly spec: PodSpec } }).template.spec.containers)
          .flatMap((one) => one.ports ?? []);
        expect([host, port, ports.filter((one) => 'name' in one && one.name === target?.targetPort)]).toEqual([
          host,
          port,
          [{ name: expect.any(String), containerPort: Number(port) }],
        ]);
      }
    });
  });

  test('Kafka has each topic that somebody tells or reads, and no other', () => {
    const job = documentsOf(environment).find(
      ({ kind, metadata }) => kind === 'Job' && /^kafka-topics-/.test(metadata.name),
    );
    const made = [
      ...JSON.stringify(job).matchAll(
        /--topic (\S+) --partitions 3 --replication-factor 3 --config retention.ms=604800000/g,
      ),
    ];
    const used = Object.values(KAFKA).flatMap(({ publishes, reads }) => [...publishes, ...reads]);
    expect(made.map(([, topic]) => topic).sort()).toEqual([...new Set(used)].sort());
  });
});
