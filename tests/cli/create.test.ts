import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { project, repository, withoutTestRunner, type Project } from './project.ts';
import { readSchemaFile, schemaErrors } from './schemas.ts';

const starter = join(repository, 'scripts/cli/starter');
const main = join(repository, 'scripts/cli/main.ts');

let here: Project;
beforeEach(() => {
  here = project();
});
afterEach(() => {
  here.remove();
});

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
  readonly peerDependencies: Readonly<Record<string, string>>;
  readonly scripts: Readonly<Record<string, string>>;
}
const manifestOf = (folder: string): Manifest =>
  JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest; // ours and the starter's have these
const own = manifestOf(repository);

describe('weft create', () => {
  test('writes every file of the starter under the name of the folder', async () => {
    const { code, out, err } = await here.weft(['create', 'meshes/my-shop']);
    expect({ code, err }).toEqual({
      code: 0,
      err: 'Next: cd meshes/my-shop && npm install && npx weft synth (README.md says more)\n',
    });
    const written = here.files('meshes/my-shop');
    const starterFiles = readdirSync(starter, { recursive: true, withFileTypes: true }).filter((entry) =>
      entry.isFile(),
    );
    expect(Object.keys(written)).toHaveLength(starterFiles.length);
    expect(Object.keys(written)).toContain('meshes/my-shop/.gitignore');
    expect(out).toBe(
      `${Object.keys(written)
        .sort()
        .map((file) => `${file}\n`)
        .join('')}${starterFiles.length} files: the project my-shop\n`,
    );
    expect(manifestOf(join(here.folder, 'meshes/my-shop'))).toMatchObject({
      name: 'my-shop',
      dependencies: { weftmesh: `^${own.version}` },
    });
    expect(written['meshes/my-shop/README.md']).toMatch(/^# my-shop\n/);
    expect(written['meshes/my-shop/shop.ts']).toBe(readFileSync(join(starter, 'shop.ts'), 'utf8'));
  });

  test('in JSON is one document that fits its schema', async () => {
    const { code, out } = await here.weft(['create', 'x', '--name', '@acme/x', '-o', 'json']);
    expect(code).toBe(0);
    expect(schemaErrors('create-report', JSON.parse(out))).toEqual([]);
    expect(JSON.parse(out)).toMatchObject({ kind: 'CreateReport', folder: 'x', name: '@acme/x' });
    expect(manifestOf(join(here.folder, 'x')).name).toBe('@acme/x');
  });

  test('takes an empty folder, one with just .git, and the current one', async () => {
    mkdirSync(join(here.folder, 'cloned/.git'), { recursive: true });
    writeFileSync(join(here.folder, 'cloned/.git/HEAD'), 'ref');
    expect((await here.weft(['create', 'cloned'])).code).toBe(0);
    mkdirSync(join(here.folder, 'current'));
    const { code, err } = await here.weft(['create', '.'], { cwd: join(here.folder, 'current') });
    expect({ code, err }).toEqual({ code: 0, err: 'Next: npm install && npx weft synth (README.md says more)\n' });
    expect(manifestOf(join(here.folder, 'current')).name).toBe('current');
  });
});

describe('what cannot be created is exit code 2, one clear message, and nothing written', () => {
  const before = (): void => {
    mkdirSync(join(here.folder, 'full'));
    for (const name of ['a', 'b', 'c', 'd']) writeFileSync(join(here.folder, 'full', name), name);
  };
  test.each([
    { argv: ['full'], says: "full is not empty (a, b, c, and 1 more), and the project's files could overwrite yours" },
    { argv: ['cdk8s.yaml'], says: 'cdk8s.yaml: it, or something above it, is a file' },
    { argv: ['cdk8s.yaml/x'], says: 'cdk8s.yaml/x: it, or something above it, is a file' },
    { argv: ['My Mesh'], says: 'the folder\'s name "My Mesh" is no name of an npm package: npm takes a-z' },
    { argv: ['My Mesh'], says: '--name my-mesh' },
    { argv: ['x', '--name', '../x'], says: '--name "../x" is no name of an npm package' },
    { argv: ['x', '--name', ''], says: '--name "" is no name of an npm package' },
    { argv: ['x', '--name', '.x'], says: '--name ".x" is no name' },
    { argv: ['x', '--name', '@x'], says: '--name "@x" is no name' },
    { argv: ['x', '--name', 'x'.repeat(215)], says: 'it has 215 letters, and npm takes 214' },
    { argv: ['x', '--name', 'node_modules'], says: 'npm keeps it for itself' },
    { argv: ['x', '--name', 'weftmesh'], says: 'npm cannot install it into itself' },
    { argv: ['vitest'], says: 'npm cannot install it into itself' },
    { argv: [], says: "missing required argument 'folder'" },
    { argv: ['/proc/weft-create-test/x'], says: 'the project cannot be written there. Choose another folder (ENOENT)' },
    {
      argv: [`${'x'.repeat(200)}/${'y'.repeat(300)}`, '--name', 'x'],
      says: 'its path is longer than the file system takes',
    },
  ])('$argv: $says', async ({ argv, says }) => {
    before();
    const names = readdirSync(here.folder);
    const { code, out, err } = await here.weft(['create', ...argv]);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toMatch(/^error: /);
    expect(err).toContain(says);
    expect(readdirSync(here.folder)).toEqual(names);
    expect(readdirSync(join(here.folder, 'full'))).toEqual(['a', 'b', 'c', 'd']);
    const asked = await here.weft(['create', ...argv, '-o', 'json']);
    expect(schemaErrors('failure', JSON.parse(asked.out))).toEqual([]);
  });

  test('an error half-way takes away what was written, folders too, and nothing else', () => {
    mkdirSync(join(here.folder, 'half/.git'), { recursive: true });
    // No file may be longer than 512 bytes: some of the starter can be written, and some not.
    const { status, stderr } = spawnSync(
      'sh',
      [
        '-c',
        'ulimit -f 1 && exec "$0" --import tsx "$1" create "$2" --name x',
        process.execPath,
        main,
        join(here.folder, 'half/new'),
      ],
      { cwd: repository, env: withoutTestRunner(process.env), encoding: 'utf8' },
    );
    expect({ status, stderr }).toEqual({
      status: 2,
      stderr: expect.stringContaining('half/new: the project cannot be written there') as string,
    });
    expect(stderr).toContain('EFBIG');
    expect(readdirSync(join(here.folder, 'half'))).toEqual(['.git']);
  }, 30_000);
});

describe('the starter', () => {
  test('wants the versions that this package is tested with', () => {
    const { dependencies, devDependencies } = manifestOf(starter);
    const { weftmesh, ...others } = dependencies;
    expect(weftmesh).toBe('*'); // replaced by the version that creates it
    expect(others).toEqual(own.peerDependencies);
    for (const [name, range] of Object.entries(devDependencies))
      expect({ [name]: range }).toEqual({ [name]: own.devDependencies[name] });
  });

  test('holds the contract that its document gives', async () => {
    const read = (path: string): Promise<string> => readFile(resolve(starter, path), 'utf8');
    const [line = '', target = ''] = (manifestOf(starter).scripts['contracts'] ?? '').split(' > ');
    const { code, out, err } = await here.weft(line.split(' ').slice(1), { read });
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toBe(readFileSync(join(starter, target), 'utf8'));
  });

  test('makes two meshes of two services and a gateway, without a warning', () => {
    const output = join(here.folder, 'out');
    const { status, stderr } = spawnSync(process.execPath, ['--import', 'tsx', join(starter, 'main.ts')], {
      cwd: repository, // whose tsconfig.json says where `weftmesh` is
      env: { ...withoutTestRunner(process.env), CDK8S_OUTDIR: output },
      encoding: 'utf8',
    });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(Object.keys(here.files('out'))).toEqual(
      ['dev', 'prod'].flatMap((folder) =>
        ['00-mesh', 'orders', 'public', 'web'].map((name) => `out/${folder}/${name}.k8s.yaml`),
      ),
    );
  }, 30_000);
});

test('docs/schemas/examples/create-report.json fits its schema, and another version would not', () => {
  const example = readSchemaFile('examples/create-report.json');
  expect(schemaErrors('create-report', example)).toEqual([]);
  expect(schemaErrors('create-report', { ...(example as object), schemaVersion: 2 })).not.toEqual([]);
});
