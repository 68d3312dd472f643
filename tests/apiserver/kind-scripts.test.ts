import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { toolPath } from '../../scripts/dev/provision/tools-file.ts';
import { startApiServer, type ApiServer, type KubernetesObject } from '../support/api-server.ts';

// Every step of scripts/kind that talks to a cluster, on a real kube-apiserver: apply, wait, prune.
// No kubelet and no controller runs here, so the tests themselves report that workloads are ready.

const SCRIPTS = fileURLToPath(new URL('../../scripts/kind/', import.meta.url));
const CONTEXT = 'weft-test';

interface Result {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

let server: ApiServer;
let scratch: string;

beforeAll(async () => {
  scratch = mkdtempSync(join(tmpdir(), 'weft-kind-scripts-'));
  server = await startApiServer();
});
afterAll(async () => {
  rmSync(scratch, { recursive: true, force: true });
  await server.stop();
});

const shell = (command: string, args: readonly string[]): Promise<Result> =>
  new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: scratch,
      env: {
        ...process.env,
        PATH: [dirname(toolPath('kubectl')), process.env['PATH']].join(delimiter),
        HOME: scratch,
        KUBECONFIG: server.kubeconfig,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: 90_000,
      killSignal: 'SIGKILL',
    });
    const [stdout, stderr]: [Buffer[], Buffer[]] = [[], []];
    child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
    child.on('error', reject);
    child.on('close', (code) =>
      resolve({ code: code ?? -1, stdout: Buffer.concat(stdout).toString(), stderr: Buffer.concat(stderr).toString() }),
    );
  });

const script = (name: string, ...args: readonly string[]): Promise<Result> =>
  shell('bash', [join(SCRIPTS, name), '--context', CONTEXT, ...args]);

/** Objects of one mesh with all that the scripts treat specially; each test has a mesh, and so a namespace, of its own. */
const meshOf = (mesh: string): readonly KubernetesObject[] => {
  const labels = { 'app.kubernetes.io/managed-by': 'weft', 'app.kubernetes.io/part-of': mesh };
  const object = (apiVersion: string, kind: string, name: string, rest: object): KubernetesObject => ({
    apiVersion,
    kind,
    metadata: { name, ...(kind === 'Namespace' ? {} : { namespace: mesh }), labels },
    ...rest,
  });
  const template = (app: string) => ({
    metadata: { labels: { app, ...labels } },
    spec: {
      containers: [
        {
          name: app,
          image: `weft-shop/${app}:v1`,
          env: [
            { name: 'DATABASE_PASSWORD_FILE', value: '/etc/secrets/database/password' },
            { name: 'DATABASE_USER_FILE', value: '/etc/secrets/database/user' },
            { name: 'ELSEWHERE', value: '/etc/secrets/other/thing' },
            { name: 'FROM_CONFIG', valueFrom: { configMapKeyRef: { name: 'settings', key: 'mode' } } },
          ],
          volumeMounts: [{ name: 'secret-database', mountPath: '/etc/secrets/database', readOnly: true }],
        },
      ],
      volumes: [{ name: 'secret-database', secret: { secretName: 'database' } }],
    },
  });
  return [
    // Out of order on purpose: the scripts must not rely on it.
    object('networking.istio.io/v1', 'VirtualService', 'api', {
      spec: { hosts: ['api'], http: [{ route: [{ destination: { host: 'api' } }] }] },
    }),
    object('apps/v1', 'Deployment', 'api-v1', {
      spec: { replicas: 2, selector: { matchLabels: { app: 'api' } }, template: template('api') },
    }),
    object('apps/v1', 'StatefulSet', 'db', {
      spec: { replicas: 1, serviceName: 'db', selector: { matchLabels: { app: 'db' } }, template: template('db') },
    }),
    object('batch/v1', 'CronJob', 'sweep', {
      spec: {
        schedule: '0 3 * * *',
        jobTemplate: {
          spec: {
            template: {
              spec: {
                restartPolicy: 'Never',
                containers: [{ name: 'sweep', image: 'weft-shop/sweep:v1' }],
                volumes: [{ name: 'v', secret: { secretName: 'sweep-key', items: [{ key: 'token', path: 'token' }] } }],
              },
            },
          },
        },
      },
    }),
    object('v1', 'ConfigMap', 'settings', { data: { mode: 'dev', text: '---\nkind: Trap\n' } }),
    object('v1', 'Service', 'api', { spec: { selector: { app: 'api' }, ports: [{ name: 'http', port: 80 }] } }),
    object('networking.istio.io/v1', 'Gateway', 'public', {
      spec: {
        selector: { istio: 'ingressgateway' },
        servers: [
          {
            port: { number: 80, name: 'http', protocol: 'HTTP' },
            hosts: [`${mesh}/${mesh}.example.com`],
            tls: { httpsRedirect: true },
          },
          {
            port: { number: 443, name: 'https', protocol: 'HTTPS' },
            hosts: [`${mesh}/${mesh}.example.com`],
            tls: { mode: 'SIMPLE', credentialName: `${mesh}-certificate` },
          },
        ],
      },
    }),
    object('v1', 'Namespace', mesh, {}),
  ];
};

/** As synth writes it: `kind:` at the start of a line, text of values indented. */
const yamlOf = (value: unknown, indent = ''): string => {
  if (typeof value === 'string' && value.includes('\n')) {
    return `|\n${value.replace(/^(?=.)/gm, `${indent}`)}`.trimEnd();
  }
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const entries = Object.entries(value);
  if (entries.length === 0) return '{}';
  return entries
    .map(([key, item]) =>
      Array.isArray(item)
        ? `\n${indent}${key}: ${JSON.stringify(item)}`
        : `\n${indent}${key}: ${yamlOf(item, `${indent}  `)}`,
    )
    .join('');
};

const writeLeaf = (name: string, objects: readonly KubernetesObject[]): string => {
  const folder = join(scratch, name);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
  const half = Math.ceil(objects.length / 2);
  const text = (part: readonly KubernetesObject[]): string =>
    part.map((object) => `${yamlOf(object).trimStart()}\n`).join('---\n');
  writeFileSync(join(folder, '1.k8s.yaml'), text(objects.slice(0, half)));
  writeFileSync(join(folder, '2.k8s.yaml'), text(objects.slice(half)));
  return folder;
};

const exists = async (object: KubernetesObject): Promise<boolean> =>
  (await server.request('GET', await server.pathOf(object))).status === 200;

const find = (objects: readonly KubernetesObject[], kind: string): KubernetesObject => {
  const object = objects.find((candidate) => candidate.kind === kind);
  if (object === undefined) throw new Error(`no ${kind} here`);
  return object;
};

const secret = (namespace: string, name: string): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name, namespace },
});

/** What the controllers would report of workloads that are ready. */
const reportReady = async (objects: readonly KubernetesObject[]): Promise<void> => {
  const report = async (object: KubernetesObject, status: object): Promise<void> => {
    const { name, namespace = '' } = object.metadata;
    const args = ['-n', namespace, 'patch', object.kind, name, '--subresource=status', '--type=merge'];
    const result = await server.kubectl([...args, '-p', JSON.stringify({ status })]);
    expect(result.code, result.stderr).toBe(0);
  };
  const replicas = 2;
  await report(find(objects, 'Deployment'), {
    observedGeneration: 1,
    ...{ replicas, updatedReplicas: replicas, readyReplicas: replicas, availableReplicas: replicas },
    conditions: [{ type: 'Available', status: 'True' }],
  });
  await report(find(objects, 'StatefulSet'), {
    observedGeneration: 1,
    ...{ replicas: 1, updatedReplicas: 1, readyReplicas: 1, availableReplicas: 1, currentReplicas: 1 },
    ...{ currentRevision: 'db-1', updateRevision: 'db-1' },
  });
};

test('a context that is not there, and a cluster that does not answer', async () => {
  const leaf = writeLeaf('unreachable', meshOf('unreachable'));
  for (const name of ['apply.sh', 'wait.sh', 'prune.sh']) {
    const result = await shell('bash', [join(SCRIPTS, name), leaf]);
    expect(result.code, name).toBe(3);
    expect(result.stderr, name).toContain('no context "kind-weft"');
  }
  const dead = join(scratch, 'dead.json');
  writeFileSync(
    dead,
    JSON.stringify({
      ...{ apiVersion: 'v1', kind: 'Config' },
      contexts: [{ name: 'dead', context: { cluster: 'dead', user: '' } }],
      clusters: [{ name: 'dead', cluster: { server: 'https://127.0.0.1:1' } }],
    }),
  );
  const result = await shell('env', [
    `KUBECONFIG=${dead}`,
    'bash',
    join(SCRIPTS, 'apply.sh'),
    '--context',
    'dead',
    leaf,
  ]);
  expect(result.code).toBe(3);
  expect(result.stderr).toContain('"dead" does not answer');
});

describe('apply.sh', () => {
  test('without its Secrets: names each with the command that makes it, and starts no pod', async () => {
    const objects = meshOf('secretless');
    const leaf = writeLeaf('secretless', objects);
    const first = await script('apply.sh', leaf);
    expect(first.code, first.stderr).toBe(1);
    const command = (rest: string): string => `kubectl --context ${CONTEXT} ${rest}`;
    const commands = first.stderr.split('\n').filter((line) => line.startsWith('  kubectl'));
    expect(commands.map((line) => line.trim()).sort()).toEqual([
      command('-n istio-system create secret tls secretless-certificate --cert=FILE --key=FILE'),
      command('-n secretless create secret generic database --from-file=password=FILE --from-file=user=FILE'),
      command('-n secretless create secret generic sweep-key --from-file=token=FILE'),
    ]);
    expect(await exists(find(objects, 'Namespace'))).toBe(true);
    expect(await exists(find(objects, 'Deployment'))).toBe(false);
    expect(await exists(find(objects, 'ConfigMap'))).toBe(false);

    // The commands are not only words.
    writeFileSync(join(scratch, 'value'), 'x');
    for (const line of commands.filter((candidate) => candidate.includes('generic'))) {
      const made = await shell('bash', ['-c', line.replaceAll('FILE', 'value')]);
      expect(made.code, made.stderr).toBe(0);
    }
    const second = await script('apply.sh', leaf);
    expect(second.code).toBe(1);
    expect(second.stderr).toContain('1 Secrets or keys are missing');

    await server.kubectl([
      '-n',
      'secretless',
      'patch',
      'secret',
      'database',
      '--type=json',
      '-p',
      '[{"op":"remove","path":"/data/user"}]',
    ]);
    const third = await script('apply.sh', '--dev-secrets', leaf);
    expect(third.code).toBe(1);
    expect(third.stderr).toContain('Secret secretless/database has no key "user"');
  });

  test('--dev-secrets does not make up what has a form', async () => {
    const objects = meshOf('formal');
    // The same object with another text in it.
    const cronJob = JSON.parse(
      JSON.stringify(find(objects, 'CronJob')).replaceAll('"token"', '"key.pem"'),
    ) as KubernetesObject;
    const leaf = writeLeaf('formal', [...objects.filter(({ kind }) => kind !== 'CronJob'), cronJob]);
    const result = await script('apply.sh', '--dev-secrets', '--no-wait', leaf);
    expect(result.code).toBe(1);
    expect(result.stderr).toContain('Secret formal/sweep-key is missing');
    expect(result.stderr).toContain('dev-secrets.txt');
    expect(await exists(secret('formal', 'sweep-key'))).toBe(false);
  });

  test('with --dev-secrets: everything, in order; and again nothing changes', async () => {
    const objects = meshOf('orderly');
    const leaf = writeLeaf('orderly', objects);
    const first = await script('apply.sh', '--dev-secrets', '--no-wait', leaf);
    expect(first.code, first.stderr).toBe(0);

    const stored = await Promise.all(objects.map((object) => server.read(object)));
    const revision = (kind: string): number => Number(find(stored, kind).metadata.resourceVersion);
    expect(revision('Namespace')).toBeLessThan(Math.min(...['ConfigMap', 'Service', 'Gateway'].map(revision)));
    expect(Math.max(...['ConfigMap', 'Service', 'Gateway'].map(revision))).toBeLessThan(
      Math.min(...['Deployment', 'StatefulSet', 'CronJob'].map(revision)),
    );
    expect(Math.max(...['Deployment', 'StatefulSet', 'CronJob'].map(revision))).toBeLessThan(
      revision('VirtualService'),
    );
    expect(find(stored, 'ConfigMap')['data']).toEqual({ mode: 'dev', text: '---\nkind: Trap\n' });
    expect(find(stored, 'Deployment').metadata['managedFields']).toEqual([
      expect.objectContaining({ manager: 'weft', operation: 'Apply' }),
    ]);

    const database = await server.read(secret('orderly', 'database'));
    expect(Object.keys(database['data'] ?? {}).sort()).toEqual(['password', 'user']);
    expect(
      Object.values(database['data'] ?? {}).every((value) => Buffer.from(String(value), 'base64').length === 48),
    ).toBe(true);
    expect(await server.read(secret('orderly', 'sweep-key'))).toHaveProperty('data.token');
    expect(await server.read(secret('istio-system', 'orderly-certificate'))).toMatchObject({
      type: 'kubernetes.io/tls',
    });
    // No value was printed.
    for (const value of Object.values(database['data'] ?? {})) {
      expect(first.stdout + first.stderr).not.toContain(Buffer.from(String(value), 'base64').toString());
    }

    const second = await script('apply.sh', '--dev-secrets', '--no-wait', leaf);
    expect(second.code, second.stderr).toBe(0);
    const versions = (list: readonly KubernetesObject[]) => list.map(({ metadata }) => metadata.resourceVersion);
    expect(versions(await Promise.all(objects.map((object) => server.read(object))))).toEqual(versions(stored));
    expect(await server.read(secret('orderly', 'database'))).toEqual(database);
  });

  test('routes wait for the workloads; wait.sh says which are not ready', async () => {
    const objects = meshOf('patient');
    const leaf = writeLeaf('patient', objects);
    const early = await script('apply.sh', '--dev-secrets', '--timeout', '1', leaf);
    expect(early.code, early.stderr).toBe(3);
    expect(early.stderr).toContain('2 of 2 workloads were not ready within 1 seconds');
    expect(await exists(find(objects, 'Deployment'))).toBe(true);
    expect(await exists(find(objects, 'VirtualService'))).toBe(false);

    const waited = await script('wait.sh', '--timeout', '1', leaf);
    expect(waited.code).toBe(3);
    expect(waited.stderr).toContain('not ready: Deployment patient/api-v1');
    expect(waited.stderr).toContain('not ready: StatefulSet patient/db');

    await reportReady(objects);
    const ready = await script('wait.sh', '--timeout', '5', leaf);
    expect(ready.code, ready.stderr).toBe(0);
    expect(ready.stderr).toContain('2 workloads are ready');
    const late = await script('apply.sh', '--timeout', '5', leaf);
    expect(late.code, late.stderr).toBe(0);
    expect(await exists(find(objects, 'VirtualService'))).toBe(true);
  });

  test('does not take a field from somebody else, unless told so', async () => {
    const objects = meshOf('contested');
    const leaf = writeLeaf('contested', objects);
    expect(await script('apply.sh', '--dev-secrets', '--no-wait', leaf)).toMatchObject({ code: 0 });
    const route = find(objects, 'VirtualService');
    const spec = { hosts: ['api'], http: [{ route: [{ destination: { host: 'api', port: { number: 80 } } }] }] };
    const taken = await server.kubectl(
      ['apply', '--server-side', '--field-manager=canary', '--force-conflicts', '-f', '-'],
      JSON.stringify({ ...route, spec }),
    );
    expect(taken.code, taken.stderr).toBe(0);

    const refused = await script('apply.sh', '--no-wait', leaf);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain('conflict');
    expect(refused.stderr).toContain('--force-conflicts');
    expect(await server.read(route)).toMatchObject({ spec });
    expect((await script('apply.sh', '--no-wait', '--force-conflicts', leaf)).code).toBe(0);
    expect(await server.read(route)).toMatchObject({ spec: find(objects, 'VirtualService')['spec'] });
  });
});

describe('prune.sh', () => {
  test('deletes what the folder no longer has, and nothing else', async () => {
    const objects = meshOf('tidy');
    const leaf = writeLeaf('tidy', objects);
    expect(await script('apply.sh', '--dev-secrets', '--no-wait', leaf)).toMatchObject({ code: 0 });
    expect(await script('prune.sh', leaf)).toMatchObject({ code: 0, stdout: '' });

    const labels = { 'app.kubernetes.io/managed-by': 'weft', 'app.kubernetes.io/part-of': 'tidy' };
    const configMap = (name: string, namespace: string, more: object): KubernetesObject => ({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name, namespace, ...more },
    });
    const cronJob = await server.read(find(objects, 'CronJob'));
    const owner = { apiVersion: 'batch/v1', kind: 'CronJob', name: 'sweep', uid: cronJob.metadata['uid'] };
    const kept = [
      configMap('not-ours', 'tidy', {}),
      configMap('by-hand', 'tidy', { labels: { 'app.kubernetes.io/part-of': 'tidy' } }),
      configMap('other-mesh', 'tidy', { labels: { ...labels, 'app.kubernetes.io/part-of': 'other' } }),
      configMap('made-by-a-controller', 'tidy', { labels, ownerReferences: [owner] }),
      { ...secret('tidy', 'labelled'), metadata: { name: 'labelled', namespace: 'tidy', labels } },
    ];
    const elsewhere = configMap('elsewhere', 'istio-system', { labels });
    for (const object of [...kept, elsewhere]) await server.apply(object);

    const dropped = objects.filter(({ kind }) => ['ConfigMap', 'VirtualService', 'StatefulSet'].includes(kind));
    writeLeaf(
      'tidy',
      objects.filter((object) => !dropped.includes(object)),
    );
    const list = ['ConfigMap tidy/settings', 'StatefulSet tidy/db', 'VirtualService tidy/api'];
    const lines = ({ stdout }: Result): readonly string[] => stdout.trim().split('\n').sort();

    const dry = await script('prune.sh', leaf);
    expect(dry.code, dry.stderr).toBe(0);
    expect(lines(dry)).toEqual(list.map((line) => `would delete ${line}`));
    for (const object of dropped) expect(await exists(object), object.kind).toBe(true);

    const real = await script('prune.sh', '--yes', leaf);
    expect(real.code, real.stderr).toBe(0);
    expect(lines(real)).toEqual(list.map((line) => `deleted ${line}`));
    for (const object of dropped) expect(await exists(object), object.kind).toBe(false);
    for (const object of [...objects.filter((candidate) => !dropped.includes(candidate)), ...kept, elsewhere]) {
      expect(await exists(object), `${object.kind} ${object.metadata.name}`).toBe(true);
    }
    expect(await script('prune.sh', leaf)).toMatchObject({ code: 0, stdout: '' });

    expect(lines(await script('prune.sh', '--all-namespaces', leaf))).toEqual([
      'would delete ConfigMap istio-system/elsewhere',
    ]);
  });

  test('does not guess which mesh is meant', async () => {
    const [first, second] = [meshOf('one'), meshOf('two')];
    const mixed = await script('prune.sh', writeLeaf('mixed', [...first, ...second]));
    expect(mixed.code).toBe(2);
    expect(mixed.stderr).toContain('several meshes');
    const bare = await script(
      'prune.sh',
      writeLeaf('bare', [{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'bare' } }]),
    );
    expect(bare.code).toBe(2);
    expect(bare.stderr).toContain('has the label app.kubernetes.io/part-of');
  });
});

test('the shop: dist/microservices/dev is applied, twice, and nothing of it would be pruned', async () => {
  const leaf = fileURLToPath(new URL('../../dist/microservices/dev', import.meta.url));
  for (const attempt of ['first', 'second']) {
    const applied = await script('apply.sh', '--dev-secrets', '--no-wait', leaf);
    expect(applied.code, `${attempt}: ${applied.stderr}`).toBe(0);
  }
  const value = async (name: string, key: string): Promise<string> => {
    const { data } = await server.read(secret('shop', name));
    const encoded =
      typeof data === 'object' && data !== null ? Object.entries(data).find(([name]) => name === key)?.[1] : '';
    return Buffer.from(String(encoded), 'base64').toString();
  };
  // RabbitMQ knows the very user that its clients are.
  expect(await value('rabbitmq-credentials', '10-credentials.conf')).toBe(
    `default_user = shop\ndefault_pass = ${await value('rabbitmq-password', 'password')}\n`,
  );
  const key = fileURLToPath(new URL('../../environments/INSECURE-dev-signing-key.json', import.meta.url));
  expect(await value('user-service-signing-key', 'private.jwk')).toBe(readFileSync(key, 'utf8'));

  const pruned = await script('prune.sh', leaf);
  expect(pruned, pruned.stderr).toMatchObject({ code: 0, stdout: '' });
  expect(Number(/looked at (\d+) objects/.exec(pruned.stderr)?.[1])).toBeGreaterThan(50);
});
