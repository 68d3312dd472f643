import { chmodSync, cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { exportJWK, generateKeyPair, type JWK } from 'jose';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { hasDatabase } from '../../scripts/dev/bundle/bundle.ts';
import { IMAGE_VARIABLES } from '../support/image-variables.ts';
import { toolPath } from '../../scripts/dev/provision/tools-file.ts';
import { SERVICES } from '../../scripts/dev/shop-services.ts';
import { freePort } from '../support/free-port.ts';
import { createDatabase, type Database } from '../support/postgres.ts';
import { end, hasEnded, serverFolder, type ServerFolder } from '../support/server-folder.ts';
import { until } from '../support/until.ts';

// What an image holds is run as a pod would run it: by its manifest's variables, as its user, on files that are read-only,
// where nothing else is. Only the addresses of the database and the process itself are others; brokers are out of reach.

/** The user of the manifests. */
const USER = '10001';
/** What the manifests and the sample's issue give a service. */
const MOST_MIB = 120;

interface Manifest {
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly data?: Readonly<Record<string, string>>;
  readonly spec: { readonly template: { readonly spec: { readonly containers: readonly [Container] } } };
}
interface Container {
  readonly env: readonly {
    readonly name: string;
    readonly value?: string;
    readonly valueFrom?: { readonly configMapKeyRef: { readonly name: string; readonly key: string } };
  }[];
}

/** Variables of a service's first version, as its pod has them. */
function variablesOf(environment: string, service: string): Record<string, string> {
  const folder = `dist/microservices/${environment}`;
  const manifests = readdirSync(folder).flatMap((file) =>
    // weft wrote them: what is not as the interface says fails below.
    parseAllDocuments(readFileSync(join(folder, file), 'utf8')).map((document) => document.toJS() as Manifest),
  );
  const named = (kind: string, name: string) =>
    manifests.find((one) => one.kind === kind && one.metadata.name === name);
  const container = named('Deployment', `${service}-v1`)?.spec.template.spec.containers[0];
  return Object.fromEntries(
    (container?.env ?? []).map(({ name, value, valueFrom }) => {
      const from = valueFrom?.configMapKeyRef;
      return [name, value ?? named('ConfigMap', from?.name ?? '')?.data?.[from?.key ?? ''] ?? ''];
    }),
  );
}

let servers: ServerFolder;
let privateKey: JWK;
beforeAll(async () => {
  servers = serverFolder('images');
  const pair = await generateKeyPair('ES256', { extractable: true });
  privateKey = { ...(await exportJWK(pair.privateKey)), kid: 'of-this-test', alg: 'ES256', use: 'sig' };
});
afterAll(() => servers?.stop());

/** A command line that a container engine would begin with; without root we are nobody special already. */
const asPod = (program: readonly string[]): readonly [string, readonly string[]] =>
  process.getuid?.() === 0
    ? [
        toolPath('setpriv'),
        [
          '--reuid',
          USER,
          '--regid',
          USER,
          '--clear-groups',
          '--no-new-privs',
          '--bounding-set=-all',
          '--pdeathsig',
          'KILL',
        ].concat(['--', process.execPath, ...program]),
      ]
    : [process.execPath, program];

const readOnly = (folder: string): void => {
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true }))
    chmodSync(join(entry.parentPath, entry.name), entry.isDirectory() ? 0o555 : 0o444);
  chmodSync(folder, 0o555);
};

/** A file that the pod's user may read, as a mounted Secret is one. */
function secret(name: string, text: string): string {
  const path = join(servers.path, name);
  writeFileSync(path, text);
  chmodSync(path, 0o444);
  return path;
}

/** The manifest's variables, but for what this machine has elsewhere. */
function variablesHere(name: string, environment: string, database: Database | undefined, port: number) {
  const given = variablesOf(environment, name);
  const { kty, crv, x, y, kid, alg, use } = privateKey;
  return {
    ...given,
    ...(database !== undefined && {
      DATABASE_HOST: database.host,
      DATABASE_PORT: String(database.port),
      DATABASE_NAME: database.database,
      DATABASE_USER: database.user,
      DATABASE_PASSWORD_FILE: secret(`${name}-${environment}-database`, database.password),
    }),
    ...('RABBITMQ_PASSWORD_FILE' in given && {
      RABBITMQ_PASSWORD_FILE: secret(`${name}-${environment}-rabbitmq`, 'any'),
    }),
    // Nobody has the private key of another environment.
    ...('JWT_PRIVATE_KEY_FILE' in given && {
      JWT_PRIVATE_KEY_FILE: secret(`${name}-${environment}-key`, JSON.stringify(privateKey)),
      JWT_KEYS: JSON.stringify({ keys: [{ kty, crv, x, y, kid, alg, use }] }),
    }),
    PORT: String(port),
    SHUTDOWN_DELAY_MS: '100',
    ...IMAGE_VARIABLES,
  };
}

describe.each(['dev', 'prod'])('the images with the manifests of %s', (environment) => {
  test.each(Object.entries(SERVICES))('%s', async (folder, name) => {
    const id = `${folder}-${environment}`;
    const app = join(servers.path, id);
    cpSync(join(inject('bundles'), folder), app, { recursive: true });
    readOnly(app);
    mkdirSync(join(servers.path, 'empty'), { recursive: true });
    const keepsData = hasDatabase(folder as keyof typeof SERVICES);
    const database = keepsData
      ? await createDatabase(inject('postgres'), `images_${environment}_${folder}`)
      : undefined;
    const port = await freePort();
    const variables = variablesHere(name, environment, database, port);
    const start = (program: string) => {
      const [command, args] = asPod([join(app, program)]);
      return servers.start(`${id}-${basename(program, '.js')}`, command, args, {
        env: { PATH: '/usr/bin', ...variables },
      });
    };
    const details = () => servers.endOfLog(`${id}-main`);

    if (keepsData) {
      const migration = start('migrate.js');
      const code = await new Promise((resolve) => migration.once('close', resolve));
      expect(code, servers.endOfLog(`${id}-migrate`)).toBe(0);
    }

    const service = start('main.js');
    const url = `http://127.0.0.1:${port}`;
    await until(`${name} is ready`, { timeoutMs: 30_000, details }, () => {
      if (hasEnded(service)) throw new Error(`${name} ended:\n${details()}`);
      return fetch(`${url}/readyz`).then(
        ({ ok }) => ok,
        () => false,
      );
    });
    expect(await (await fetch(`${url}/version`)).json()).toEqual({ service: name, version: 'v1' });
    expect((await fetch(`${url}/livez`)).status).toBe(200);
    expect((await fetch(`${url}/nothing`)).status).toBe(404);
    const status = readFileSync(`/proc/${service.pid}/status`, 'utf8');
    if (process.getuid?.() === 0) expect(status).toMatch(new RegExp(`^Uid:\\s+${USER}\\s+${USER}\\s`, 'm'));
    expect(Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) / 1024).toBeLessThan(MOST_MIB);

    await end(service, 'SIGTERM');
    expect({ code: service.exitCode, signal: service.signalCode }, details()).toEqual({ code: 0, signal: null });
    expect(readdirSync(app).sort()).toEqual(readdirSync(join(inject('bundles'), folder)).sort());
  });
});

test('a bundle for another environment is refused with all that is wrong', async () => {
  const app = join(servers.path, 'user-dev');
  const env = { ...variablesOf('dev', 'user-service'), ENVIRONMENT: 'prod', PORT: 'x', HOST: '127.0.0.1' };
  const service = servers.start('refused', process.execPath, [join(app, 'main.js')], { env });
  expect(await new Promise((resolve) => service.once('close', resolve))).toBe(2);
  expect(servers.log('refused')).toMatch(/PORT/);
  expect(servers.log('refused')).toMatch(/DATABASE_PASSWORD_FILE: cannot read/);
});
