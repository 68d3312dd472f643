import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, parseAllDocuments } from 'yaml';
import { describe, expect, test } from 'vitest';
import { UPSTREAMS } from '../../apps/gateway/upstreams.ts';
import { BUNDLES, hasDatabase } from '../../scripts/dev/bundle/bundle.ts';
import { SERVICES } from '../../scripts/dev/shop-services.ts';

const DIST = 'dist/microservices/dev';
const HOST_ENDING = '.shop.svc.cluster.local';

// Manifests and the compose file are read as any YAML: what is not as claimed here fails the test that looks at it.
interface Container {
  readonly image: string;
  readonly command?: readonly string[];
  readonly env?: readonly {
    readonly name: string;
    readonly value?: string;
    readonly valueFrom?: { readonly configMapKeyRef?: { readonly name: string; readonly key: string } };
  }[];
  readonly ports?: readonly { readonly containerPort: number }[];
  readonly securityContext?: { readonly readOnlyRootFilesystem?: boolean };
  readonly resources: { readonly limits: { readonly memory: string } };
  readonly readinessProbe?: { readonly httpGet?: { readonly path: string; readonly port: number } };
}
interface Manifest {
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly data?: Readonly<Record<string, string>>;
  readonly spec: {
    readonly template: {
      readonly spec: {
        readonly containers: readonly [Container];
        readonly initContainers?: readonly Container[];
        readonly securityContext: { readonly runAsUser: number; readonly runAsGroup: number };
        readonly terminationGracePeriodSeconds: number;
      };
    };
    readonly http?: readonly { readonly name: string; readonly timeout: string }[];
  };
}
interface ComposeService {
  readonly image: string;
  readonly build?: {
    readonly dockerfile: string;
    readonly context: string;
    readonly args: Readonly<Record<string, string>>;
  };
  readonly environment?: Readonly<Record<string, string>>;
  readonly command?: readonly string[];
  readonly user?: string;
  readonly read_only?: boolean;
  readonly tmpfs?: readonly string[];
  readonly cap_drop?: readonly string[];
  readonly ports?: readonly string[];
  readonly networks: readonly string[];
  readonly stop_grace_period?: string;
  readonly healthcheck?: { readonly test: readonly string[] };
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
}

const manifests = readdirSync(DIST).flatMap((file) =>
  parseAllDocuments(readFileSync(join(DIST, file), 'utf8')).map((document) => document.toJS() as Manifest),
);
const compose = parse(readFileSync('apps/docker-compose.yaml', 'utf8'), { merge: true }) as {
  readonly services: Readonly<Record<string, ComposeService>>;
  readonly networks: Readonly<Record<string, { readonly internal?: boolean }>>;
};
const dockerfile = readFileSync('apps/Dockerfile', 'utf8');

const found = <T>(what: string, value: T | undefined): T => {
  if (value === undefined) throw new Error(`there is no ${what}`);
  return value;
};
const objectOf = (kind: string, name: string): Manifest =>
  found(
    `${kind} ${name}`,
    manifests.find((one) => one.kind === kind && one.metadata.name === name),
  );
const podOf = (service: string) => objectOf('Deployment', `${service}-v1`).spec.template.spec;

/** Variables of a container as the pod will have them. */
const variablesOf = ({ env = [] }: Container): Record<string, string> =>
  Object.fromEntries(
    env.map(({ name, value, valueFrom }) => {
      const reference = valueFrom?.configMapKeyRef;
      return [name, value ?? objectOf('ConfigMap', reference?.name ?? '').data?.[reference?.key ?? ''] ?? ''];
    }),
  );

/** A variable of a manifest as it is said without a cluster. */
function withoutCluster([name, value]: [string, string]): [string, string] {
  if (name === 'DATABASE_PASSWORD_FILE' || name === 'RABBITMQ_PASSWORD_FILE')
    return [name.replace(/_FILE$/, ''), 'only-for-dev'];
  if (name === 'JWT_PRIVATE_KEY_FILE') return [name, '/run/secrets/signing-key'];
  // Nobody stands in front of the gateway there, and its mails go into the log.
  if (name === 'TRUSTED_PROXIES') return [name, '0'];
  const short = value.replaceAll(HOST_ENDING, '');
  return [name, short.startsWith('http') && name.endsWith('_SERVICE_URL') ? short.replace('/api', ':8080/api') : short];
}

const names = Object.values(SERVICES);

describe.each(Object.entries(SERVICES))('%s', (folder, name) => {
  const service = found(`${name} in the compose file`, compose.services[name]);
  const pod = podOf(name);
  const [container] = pod.containers;

  test('has the same image, from the one Dockerfile', () => {
    expect(service.image).toBe(container.image);
    expect(service.build).toEqual({
      context: '..',
      dockerfile: 'apps/Dockerfile',
      args: { SERVICE: folder, VERSION: container.image.split(':')[1] },
    });
  });

  test('has the same variables', () => {
    const wanted = Object.fromEntries(Object.entries(variablesOf(container)).map(withoutCluster));
    delete wanted['SMTP_HOST'];
    expect(service.environment).toEqual(wanted);
  });

  test('is the same user, on a root that is read-only but for /tmp, with no capability', () => {
    const { runAsUser, runAsGroup } = pod.securityContext;
    expect(dockerfile).toContain(`\nUSER ${runAsUser}:${runAsGroup}\n`);
    expect(container.securityContext?.readOnlyRootFilesystem).toBe(true);
    expect(service).toMatchObject({ user: `${runAsUser}:${runAsGroup}`, read_only: true, cap_drop: ['ALL'] });
    expect(service.tmpfs).toEqual([expect.stringMatching(/^\/tmp:/)]);
  });

  test('is asked at the same port and path whether it is ready, and has the same time to end', () => {
    const { path, port } = found('readiness probe', container.readinessProbe?.httpGet);
    expect(service.healthcheck?.test.join(' ')).toContain(`http://127.0.0.1:${port}${path}`);
    expect(dockerfile).toContain(`\nEXPOSE ${port}\n`);
    expect(container.ports).toEqual([expect.objectContaining({ containerPort: port })]);
    expect(service.stop_grace_period).toBe(`${pod.terminationGracePeriodSeconds}s`);
  });

  test('has its tables brought up to date by migrate.js of its own image, before it starts', () => {
    const migrations = compose.services[`${name}-migrations`];
    const inits = pod.initContainers ?? [];
    if (!hasDatabase(folder as keyof typeof SERVICES)) return void expect([migrations, inits]).toEqual([undefined, []]);
    expect(inits).toEqual([expect.objectContaining({ image: container.image, command: ['node', 'migrate.js'] })]);
    expect(migrations).toMatchObject({
      image: service.image,
      build: service.build,
      command: ['node', 'migrate.js'],
      environment: service.environment,
    });
    expect(service.depends_on?.[`${name}-migrations`]).toEqual({ condition: 'service_completed_successfully' });
  });
});

describe('the compose file', () => {
  const databases = Object.entries(compose.services).filter(([, { image }]) => image.startsWith('postgres'));

  test('has a PostgreSQL of the manifests’ version for each service, which only that service and its migrations reach', () => {
    expect(databases.map(([name]) => name).sort()).toEqual(
      manifests
        .filter(({ kind, metadata }) => kind === 'StatefulSet' && metadata.name.endsWith('-db'))
        .map(({ metadata }) => metadata.name)
        .sort(),
    );
    for (const [name, { image, networks }] of databases) {
      expect(image).toBe(objectOf('StatefulSet', name).spec.template.spec.containers[0].image);
      expect(networks).toEqual([name]);
      expect(compose.networks[name]).toEqual({ internal: true });
      const others = Object.entries(compose.services).filter(
        ([other, { networks: its }]) => other !== name && its.includes(name),
      );
      expect(others).toHaveLength(2);
      for (const [, other] of others) expect(other.environment?.['DATABASE_HOST']).toBe(name);
    }
  });

  test.each(['rabbitmq', 'kafka'])('has the %s of the manifests', (name) => {
    expect(compose.services[name]?.image).toBe(objectOf('StatefulSet', name).spec.template.spec.containers[0].image);
  });

  test('has the topics of the manifests, with one copy each', () => {
    const script = found('topics', compose.services['kafka-topics']?.command?.[2]);
    const job = found(
      'job',
      manifests.find(({ kind, metadata }) => kind === 'Job' && metadata.name.startsWith('kafka-topics')),
    );
    const created = [
      ...(job.spec.template.spec.containers[0].command?.[2] ?? '').matchAll(
        /--topic (\w+) --partitions (\d+) --replication-factor 3 --config (\S+)/g,
      ),
    ];
    expect(created).toHaveLength(3);
    for (const [, topic = '', partitions = '', retention = ''] of created) {
      expect(script).toContain(topic);
      expect(script).toContain(`--partitions ${partitions} --replication-factor 1 --config ${retention}`);
    }
  });

  test('lets this machine alone reach it', () => {
    const published = Object.values(compose.services).flatMap(({ ports = [] }) => ports);
    expect(published).toEqual(['127.0.0.1:8080:8080', '127.0.0.1:15672:15672']);
  });

  test('has a place for every service of the shop', () => {
    expect(names.filter((name) => !(name in compose.services))).toEqual([]);
  });
});

describe('the Dockerfile', () => {
  const instructions = dockerfile
    .replace(/\\\n\s*/g, '')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));
  const stages = instructions.reduce<string[][]>(
    (all, line) => (line.startsWith('FROM ') ? [...all, [line]] : (all.at(-1)?.push(line), all)),
    [],
  );
  const last = stages.at(-1) ?? [];

  test('takes what it builds on from one argument, which can be a digest, and no `latest`', () => {
    expect(instructions[0]).toMatch(/^ARG NODE_IMAGE=node:\d+-\S+$/);
    expect(stages.map(([from]) => from)).toEqual([
      'FROM ${NODE_IMAGE} AS build',
      'FROM ${NODE_IMAGE} AS node',
      'FROM node',
    ]);
  });

  test('ends with an image that holds a bundle and no package manager, and runs it without a shell', () => {
    expect(last).toEqual(
      expect.arrayContaining(['COPY --from=build /out ./', 'USER 10001:10001', 'CMD ["node", "main.js"]']),
    );
    expect(last.filter((line) => line.startsWith('RUN') || line.startsWith('ADD'))).toEqual([]);
    expect(stages[1]?.[1]).toMatch(/^RUN rm -rf .*node_modules.*npm.*npx.*corepack/);
  });

  test('builds from the lock file, without scripts of packages', () => {
    expect(stages[0]).toContain('RUN npm ci --ignore-scripts --no-audit --no-fund');
  });

  test('keeps Node within the memory that the manifests give', () => {
    const [, limit] = /--max-old-space-size=(\d+)/.exec(dockerfile) ?? [];
    for (const name of names) {
      const [, memory] = /^(\d+)Mi$/.exec(podOf(name).containers[0].resources.limits.memory) ?? [];
      expect(Number(limit)).toBeLessThan(Number(memory) * 0.75);
    }
  });
});

test('every folder of apps/ that can run can be bundled', () => {
  const runnable = readdirSync('apps').filter((folder) => {
    try {
      return readdirSync(join('apps', folder)).includes('main.ts');
    } catch {
      return false;
    }
  });
  expect([...BUNDLES].sort()).toEqual(runnable.sort());
});

test('the gateway waits a little longer for a service than the mesh does, and less than the mesh waits for the gateway', () => {
  const seconds = (text: string): number => Number(/^(\d+)s$/.exec(text)?.[1]);
  const ofGateway = found('timeout of the gateway', objectOf('VirtualService', 'public').spec.http?.[0]?.timeout);
  for (const { variable, timeoutMs } of Object.values(UPSTREAMS)) {
    const service = variable.replace(/_URL$/, '').toLowerCase().replaceAll('_', '-');
    const route = objectOf('VirtualService', service).spec.http?.find(({ name }) => name === 'api-gateway');
    const ofMesh = seconds(found(`route from api-gateway to ${service}`, route).timeout) * 1_000;
    expect(timeoutMs, service).toBeGreaterThan(ofMesh);
    expect(timeoutMs, service).toBeLessThanOrEqual(ofMesh + 2_000);
    expect(timeoutMs, service).toBeLessThan(seconds(ofGateway) * 1_000);
  }
});
