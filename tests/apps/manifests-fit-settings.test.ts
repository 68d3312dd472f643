import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { gatewaySettings } from '../../apps/gateway/settings.ts';
import { mailSettings } from '../../apps/notification/module.ts';
import { queues } from '../../apps/shared/bus/topology.ts';
import { eventCatalogue } from '../../apps/shared/events/catalogue.ts';
import { readConfig } from '../../apps/shared/runtime/config.ts';
import {
  serviceProblems,
  serviceSettings,
  settingProblems,
  signingSettings,
} from '../../apps/shared/runtime/settings.ts';
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
      const valueOf = (name: string): string | undefined => container.env.find((one) => one.name === name)?.value;
      const queue = valueOf('RABBITMQ_QUEUE');
      if (queue === undefined) return void expect(['api-gateway', 'user-service']).toContain(service);
      const types = queues[queue as keyof typeof queues]; // undefined for a queue that nobody has
      expect(valueOf('RABBITMQ_ROUTING_KEYS')?.split(',').sort()).toEqual(
        types.map((type) => eventCatalogue[type].routingKey).sort(),
      );
    });
  });
});
