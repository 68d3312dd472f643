import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { parse } from 'yaml';
import { readEnvironment, type EnvironmentName } from '../../charts-src/charts/environment.ts';

// Machines that run other things too take their time.
vi.setConfig({ testTimeout: 60_000 });

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

const data = (name: EnvironmentName): Record<string, unknown> =>
  parse(readFileSync(join(ROOT, 'environments', `${name}.yaml`), 'utf8')) as Record<string, unknown>; // a map, or the test fails

test.each(['dev', 'staging', 'prod'] as const)('%s is fine', (name) => {
  expect(readEnvironment(name, data(name))).toEqual({ ok: true, environment: { ...data(name), name } });
});

describe('a data file', () => {
  const set = (path: string, value: unknown, from = data('prod')): Record<string, unknown> => {
    const [first = '', ...rest] = path.split('/');
    const { [first]: old, ...others } = from;
    if (value === undefined && rest.length === 0) return others;
    // A path of the table leads through maps.
    return { ...others, [first]: rest.length === 0 ? value : set(rest.join('/'), value, (old ?? {}) as never) };
  };
  const refused = 'nothing can be made from it';
  const key = { kty: 'EC', crv: 'P-256', x: 'x', y: 'y' };

  test.each<{ name: string; file: unknown; says: string[] }>([
    {
      name: 'that is empty',
      file: null,
      says: ['the file: is empty, so nothing is known of the environment. Restore it from version control.'],
    },
    {
      name: 'that is a list',
      file: [1],
      says: [
        `the file: a list (1 item) is not an object: ${refused}. Write fields instead of a list: leave out the "-".`,
      ],
    },
    {
      name: 'that is a text',
      file: 'shop',
      says: [`the file: "shop" is not an object: ${refused}. Write fields: "name: value".`],
    },
    {
      name: 'with a field misspelt',
      file: set('wieghts', {}),
      says: ['wieghts: unknown field "wieghts": nothing reads it, so it would change nothing. Did you mean "weights"?'],
    },
    {
      name: 'without a field',
      file: set('storageGib', undefined),
      says: [`storageGib: is missing: ${refused}. Add "storageGib".`],
    },
    {
      name: 'with fields of another type',
      file: set('kafkaBrokers', '3', set('imagesByTag', true, set('storageGib', 1.5))),
      says: [
        `kafkaBrokers: "3" is not a whole number: ${refused}. Leave out the quotes: 3.`,
        `storageGib: 1.5 is not a whole number: ${refused}. Write a whole number of at least 1.`,
        `imagesByTag: true is not a text: ${refused}. Put it in quotes: "true".`,
      ],
    },
    {
      name: 'with an unknown way to install the gateway',
      file: set('gateway', 'istoctl'),
      says: [
        `gateway: "istoctl" is none of the choices: ${refused}. Did you mean "istioctl"? choices: istioctl, helm.`,
      ],
    },
    {
      name: 'with weights that do not total 100',
      file: set('weights/order-service', { v1: 90, v2: 20 }),
      says: [
        'weights.order-service: the weights total 110, not 100 (v1 90, v2 20): Istio would divide by their sum, so no version would get the share that is written. Change them so that they total 100.',
      ],
    },
    {
      name: 'with negative weights',
      file: set('weights/order-service', { v1: 110, v2: -10 }),
      says: [
        'weights.order-service: the weight of "v1" is 110: no version can get more than all of the requests. Write a number from 0 to 100.',
        'weights.order-service: the weight of "v2" is -10: no version can get less than none of the requests. Write a number from 0 to 100.',
      ],
    },
    {
      name: 'with a weight for a version that is not there',
      file: set('weights/order-service', { v1: 90, v3: 10 }),
      says: [
        'weights.order-service: there is no version "v3" (versions: v1, v2), so its share would be answered 503. Did you mean "v1"?',
      ],
    },
    {
      name: 'with weights of a service that has one version',
      file: set('weights/user-service', { v1: 100 }),
      says: [
        'weights.user-service: unknown field "user-service": nothing reads it, so it would change nothing. Did you mean "order-service"?',
      ],
    },
    {
      name: 'with a weight that is a text, and one that is empty',
      file: set('weights/order-service', { v1: '90', v2: null }),
      says: [
        'weights.order-service: the weight of "v1" is "90", and no share of requests comes of it. Leave out the quotes: 90.',
        'weights.order-service: the weight of "v2" is null, and no share of requests comes of it. Write a number from 0 to 100.',
      ],
    },
    {
      name: 'without weights',
      file: set('weights', {}),
      says: [`weights.order-service: is missing: ${refused}. Add "order-service".`],
    },
    {
      name: 'without default scaling',
      file: set('scaling', {}),
      says: ['scaling.default: is missing, and services that name no scaling of their own need it. Add it.'],
    },
    {
      name: 'with scaling of a service that is not there',
      file: set('scaling/orders-service', { replicas: 2 }),
      says: [
        `scaling.orders-service: as a name, "orders-service" is none of the choices: ${refused}. Did you mean "order-service"? choices: default, api-gateway, order-service, user-service, payment-service, inventory-service, notification-service.`,
      ],
    },
    {
      name: 'with impossible scaling',
      file: set('scaling', {
        default: { minReplicas: 3 },
        'user-service': { replicas: 0 },
        'order-service': { minReplicas: 5, maxReplicas: 2 },
      }),
      says: [
        'scaling.default.maxReplicas: nothing is no whole number.',
        'scaling.user-service.replicas: 0 is no whole number above 0.',
        'scaling.order-service.maxReplicas: 2 leaves the autoscaler no room above minReplicas 5.',
      ],
    },
    {
      name: 'with an image by tag',
      file: set('images/user-service', 'weft-shop/user-service:1.0.0'),
      says: [
        'images.user-service: "weft-shop/user-service:1.0.0" has no digest, so what runs can change without a change here. Add @sha256:…, or let the mesh take images by tag with a reason.',
      ],
    },
    {
      name: 'with a rate in a unit that nobody knows',
      file: set('rateLimit/per', 60),
      says: [`rateLimit.per: 60 is not a duration: ${refused}. Add the unit: "60s", or "60ms".`],
    },
    {
      name: 'with the key of dev',
      file: set('jwt/keys', [{ ...key, kid: 'dev-1' }]),
      says: [
        'jwt.keys: "dev-1" is the key of dev, whose private half is public: anybody could sign in as anybody. Put the keys of your issuer here.',
      ],
    },
    {
      name: 'with a private key',
      file: set('jwt/keys', [key, { ...key, d: 'secret' }]),
      says: [
        'jwt.keys: one of them holds "d", which only its owner may know, and it would be written into manifests. Leave only the public half, and replace the key.',
      ],
    },
    {
      name: 'with a symmetric key',
      file: set('jwt/keys', [{ kty: 'oct', k: 'secret' }]),
      says: [
        'jwt.keys: one of them holds "k", which only its owner may know, and it would be written into manifests. Leave only the public half, and replace the key.',
      ],
    },
  ])('$name', ({ file, says }) => {
    expect(readEnvironment('prod', file)).toEqual({ ok: false, problems: says });
  });

  test('of dev may hold the key of dev, and nobody else may', () => {
    expect(readEnvironment('dev', data('dev')).ok).toBe(true);
    expect(readEnvironment('staging', data('dev')).ok).toBe(false);
  });
});

describe('main.ts with a file that is wrong', () => {
  let folder = '';
  const run = (file: string, text: string | undefined) => {
    const path = join(folder, 'environments', file);
    const good = readFileSync(path, 'utf8');
    if (text === undefined) rmSync(path);
    else writeFileSync(path, text);
    const { status, stdout, stderr } = spawnSync(process.execPath, ['--import', 'tsx', join('charts-src', 'main.ts')], {
      cwd: folder,
      encoding: 'utf8',
      env: { ...process.env, CDK8S_OUTDIR: 'dist' },
    });
    writeFileSync(path, good);
    return { status, stdout, stderr };
  };
  const dist = () =>
    readdirSync(join(folder, 'dist'), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => [entry.name, readFileSync(join(entry.parentPath, entry.name), 'utf8')]);

  // A copy of the sample: main.ts looks for its files beside itself.
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'weft-main-'));
    for (const part of ['charts-src', 'environments', 'package.json', 'tsconfig.json'])
      cpSync(join(ROOT, part), join(folder, part), { recursive: true });
    symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
    mkdirSync(join(folder, 'dist'));
    writeFileSync(
      join(folder, 'dist', 'old.k8s.yaml'),
      '# Written by weft. Change the TypeScript, not this file.\napiVersion: v1\nkind: Namespace\nmetadata: { name: old }\n',
    );
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const prod = readFileSync(join(ROOT, 'environments', 'prod.yaml'), 'utf8');
  test.each<{ name: string; file: string; text: string | undefined; says: string[] }>([
    {
      name: 'broken YAML',
      file: 'prod.yaml',
      text: 'host: [',
      says: ['environments/prod.yaml', 'is no YAML', 'at line 1'],
    },
    {
      name: 'one field twice',
      file: 'prod.yaml',
      text: `${prod}\nhost: other.example\n`,
      says: ['environments/prod.yaml', 'is no YAML', 'Map keys must be unique'],
    },
    {
      name: 'no file',
      file: 'staging.yaml',
      text: undefined,
      says: ['environments/staging.yaml', 'is missing', 'Restore it from version control'],
    },
    { name: 'an empty file', file: 'dev.yaml', text: '', says: ['environments/dev.yaml', 'the file: is empty'] },
    {
      name: 'weights that total 101',
      file: 'prod.yaml',
      text: prod.replace('v2: 10', 'v2: 11'),
      says: ['environments/prod.yaml', 'weights.order-service: the weights total 101, not 100 (v1 90, v2 11):'],
    },
    {
      name: 'a host that is no name, which the shop itself finds',
      file: 'prod.yaml',
      text: prod.replace('shop.example.com', '"*"'),
      says: ['microservices-prod/public', 'hosts: "*" is no exact DNS name'],
    },
  ])('says so in place of a stack, and leaves dist as it was: $name', ({ file, text, says }) => {
    const before = dist();
    const { status, stdout, stderr } = run(file, text);
    expect(status).not.toBe(0);
    expect(stdout).toBe('');
    for (const part of says) expect(stderr).toContain(part);
    expect(stderr).toContain('nothing was written');
    expect(stderr).not.toMatch(/^\s+at /m);
    expect(dist()).toEqual(before);
  });

  test('writes the sample when nothing is', () => {
    const { status, stderr } = run('prod.yaml', prod);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(dist().length).toBeGreaterThan(40);
    expect(dist().map(([name]) => name)).not.toContain('old.k8s.yaml');
  });
});
