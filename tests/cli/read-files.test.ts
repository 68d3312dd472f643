import { execFile, execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { disk } from '../../scripts/cli/disk.ts';
import { Failure } from '../../scripts/cli/failure.ts';
import { readPaths, type ReadPathsOptions } from '../../scripts/cli/read-files.ts';
import type { World } from '../../scripts/cli/world.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'weft read-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const file = (path: string, content: string | Uint8Array = object(path)): void => {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), content);
};
/** An object named after its file. */
const object = (path: string): string => `apiVersion: v1\nkind: Pod\nmetadata: {name: "${path}"}\n`;

interface Given extends ReadPathsOptions {
  readonly stdin?: string | Uint8Array;
  readonly world?: Partial<World>;
}

/** Names of objects and messages of problems by group, and what was said on stderr. */
async function read(paths: readonly string[], { stdin = '', world = {}, ...options }: Given = {}) {
  let said = '';
  const groups = await readPaths(
    paths,
    {
      ...disk(folder),
      err: (text) => void (said += text),
      stdinBytes: () => Promise.resolve(typeof stdin === 'string' ? new TextEncoder().encode(stdin) : stdin),
      ...world,
    },
    options,
  );
  return {
    groups: groups.map(({ name, manifests, problems }) => ({
      name,
      files: manifests.map((manifest) => manifest.file),
      objects: manifests.map((manifest) => `${manifest.namespace}/${manifest.name}`),
      problems: problems.map(({ at, fault, message }) => `${at.file}:${at.line}:${at.column} ${fault} ${message}`),
    })),
    said,
  };
}
const filesOf = async (...paths: string[]): Promise<readonly string[]> =>
  (await read(paths)).groups.flatMap(({ files }) => files);
const problemsOf = async (...paths: string[]): Promise<readonly string[]> =>
  (await read(paths)).groups.flatMap(({ problems }) => problems);

describe('which files are read', () => {
  test('all manifests below a folder, in the order of their names', async () => {
    for (const path of ['m/b.yaml', 'm/a.yml', 'm/c.json', 'm/sub/d.yaml', 'm/a/z.yaml', 'm/README.md', 'm/x.tpl'])
      file(path, path.endsWith('json') ? '{"apiVersion":"v1","kind":"Pod"}' : undefined);
    expect(await filesOf('m')).toEqual(['m/a.yml', 'm/b.yaml', 'm/c.json', 'm/a/z.yaml', 'm/sub/d.yaml']);
  });

  test('nothing of installed packages and hidden folders, unless they are named', async () => {
    for (const path of ['m/node_modules/a.yaml', 'm/.git/b.yaml', 'm/.hidden.yaml', 'm/..data/c.yaml', 'm/d.yaml'])
      file(path);
    expect(await filesOf('m')).toEqual(['m/d.yaml']);
    expect(await filesOf('m/node_modules', 'm/.git')).toEqual(['m/node_modules/a.yaml', 'm/.git/b.yaml']);
  });

  test('files that are named, whatever they are called', async () => {
    file('a.txt');
    file('b');
    expect(await filesOf('b', 'a.txt')).toEqual(['b', 'a.txt']);
  });

  test('several paths are one mesh', async () => {
    file('a/x.yaml');
    file('b.yaml');
    const { groups } = await read(['a', 'b.yaml'], { namespace: 'shop' });
    expect(groups).toEqual([
      { name: 'a b.yaml', files: ['a/x.yaml', 'b.yaml'], objects: ['shop/a/x.yaml', 'shop/b.yaml'], problems: [] },
    ]);
  });

  test('paths are told as they were given, but tidied', async () => {
    file('m/a.yaml');
    for (const path of ['m', './m', 'm/', './/m//', 'm/../m/.']) expect(await filesOf(path)).toEqual(['m/a.yaml']);
    expect(await filesOf('.')).toEqual(['m/a.yaml']);
    expect(await filesOf(join(folder, 'm'))).toEqual([join(folder, 'm/a.yaml')]);
  });

  test('each file once, whatever names it', async () => {
    file('m/a.yaml');
    file('m/b.yaml');
    symlinkSync('a.yaml', join(folder, 'm/c.yaml'));
    symlinkSync('m', join(folder, 'n'));
    const { groups, said } = await read(['m/b.yaml', 'm', 'm/b.yaml', './m', 'n']);
    expect(groups[0]?.files).toEqual(['m/b.yaml', 'm/a.yaml']);
    expect(said).toBe('');
  });

  test('links are followed, and loops end', async () => {
    file('m/sub/a.yaml');
    file('elsewhere/b.yaml');
    symlinkSync('..', join(folder, 'm/sub/up'));
    symlinkSync('.', join(folder, 'm/self'));
    symlinkSync('../elsewhere', join(folder, 'm/other'));
    symlinkSync('../../elsewhere', join(folder, 'm/sub/again'));
    expect(await filesOf('m')).toEqual(['m/other/b.yaml', 'm/sub/a.yaml']);
  });

  test('a link that leads nowhere is told; one that is no manifest is not', async () => {
    file('m/a.yaml');
    symlinkSync('gone.yaml', join(folder, 'm/b.yaml'));
    symlinkSync('c.yaml', join(folder, 'm/c.yaml'));
    symlinkSync('gone', join(folder, 'm/gone'));
    expect(await problemsOf('m')).toEqual([
      'm/b.yaml:1:1 unreadable m/b.yaml cannot be read: it is a link that leads nowhere',
      'm/c.yaml:1:1 unreadable m/c.yaml cannot be read: it is a link that leads nowhere',
    ]);
  });

  test('a pipe in a folder is not waited for, and one that is named is read', async () => {
    file('m/a.yaml');
    execFileSync('mkfifo', [join(folder, 'm/pipe.yaml')]);
    expect(await filesOf('m')).toEqual(['m/a.yaml']);
    const writing = promisify(execFile)('sh', ['-c', 'printf "%s" "$1" > m/pipe.yaml', 'sh', object('x')], {
      cwd: folder,
    });
    expect(await filesOf('m/pipe.yaml')).toEqual(['m/pipe.yaml']);
    await writing;
  });

  test('stdin, once, beside others', async () => {
    file('a.yaml');
    const { groups } = await read(['-', 'a.yaml'], { stdin: object('piped') });
    expect(groups).toEqual([
      { name: '- a.yaml', files: ['<stdin>', 'a.yaml'], objects: ['default/piped', 'default/a.yaml'], problems: [] },
    ]);
    await expect(read(['-', '-'])).rejects.toThrow('- is named twice, and stdin can be read only once. Name it once');
  });

  test('many files keep their order', async () => {
    const names = Array.from({ length: 100 }, (_, at) => `m/${String(at).padStart(3, '0')}.yaml`);
    for (const name of names) file(name);
    expect(await filesOf('m')).toEqual(names);
  });
});

describe('without paths', () => {
  test('each folder of dist that holds manifests is a mesh of its own', async () => {
    for (const path of [
      'dist/shop/prod/b.k8s.yaml',
      'dist/shop/dev/a.k8s.yaml',
      'dist/guide/dev/a.k8s.yaml',
      'dist/shop/dev/c.k8s.yaml',
    ])
      file(path);
    mkdirSync(join(folder, 'dist/empty'));
    expect((await read([])).groups.map(({ name, files }) => [name, files])).toEqual([
      ['dist/guide/dev', ['dist/guide/dev/a.k8s.yaml']],
      ['dist/shop/dev', ['dist/shop/dev/a.k8s.yaml', 'dist/shop/dev/c.k8s.yaml']],
      ['dist/shop/prod', ['dist/shop/prod/b.k8s.yaml']],
    ]);
  });

  test('a folder with files and folders is a mesh without them', async () => {
    file('dist/a.yaml');
    file('dist/sub/b.yaml');
    expect((await read([])).groups.map(({ name, files }) => [name, files])).toEqual([
      ['dist', ['dist/a.yaml']],
      ['dist/sub', ['dist/sub/b.yaml']],
    ]);
  });

  test('the output that cdk8s.yaml names', async () => {
    file('cdk8s.yaml', 'language: typescript\napp: node main.js\noutput: ./build/manifests/\n');
    file('build/manifests/a.yaml');
    file('dist/b.yaml');
    expect((await read([])).groups.map(({ name }) => name)).toEqual(['build/manifests']);
  });

  test.each([
    { name: 'none', prepare: () => undefined },
    { name: 'a file', prepare: () => file('dist', 'x') },
    { name: 'none, and a cdk8s.yaml that is broken', prepare: () => file('cdk8s.yaml', 'a: b: c\n') },
  ])('dist that is $name is a failure', async ({ prepare }) => {
    prepare();
    const failure = await read([]).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(Failure);
    expect(failure).toMatchObject({
      exitCode: 2,
      message:
        'there is no folder dist here, and no path was given. Write it with weft synth, or name files or folders',
    });
  });
});

describe('a path that is not there', () => {
  beforeEach(() => {
    file('dist/prod/a.yaml');
    file('orders.yaml');
  });
  test.each([
    { path: 'dist/prdo', says: 'there is no file or folder dist/prdo. Did you mean dist/prod?' },
    { path: 'order.yaml', says: 'there is no file or folder order.yaml. Did you mean orders.yaml?' },
    { path: 'dits/prod/a.yaml', says: 'there is no file or folder dits. Did you mean dist?' },
    { path: 'something', says: 'there is no file or folder something. Name a file or folder that is in this folder' },
    { path: 'dist/x', says: 'there is no file or folder dist/x. Name a file or folder that is in dist' },
    { path: '*.json', says: 'there is no file or folder *.json. The shell found nothing for this pattern' },
    { path: '', says: 'a path is empty. Name a file or folder; is a variable not set?' },
  ])('$path', async ({ path, says }) => {
    const failure = await read(['orders.yaml', path]).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(Failure);
    expect(failure).toMatchObject({ exitCode: 2, message: says });
  });
});

describe('what holds nothing is said', () => {
  test('of several paths', async () => {
    file('a.yaml');
    file('values.yaml', 'replicas: 3\n');
    mkdirSync(join(folder, 'empty'));
    const { groups, said } = await read(['a.yaml', 'values.yaml', 'empty', '-']);
    expect(groups[0]?.files).toEqual(['a.yaml']);
    expect(said).toBe(
      'note: values.yaml holds no Kubernetes object\nnote: empty holds no Kubernetes object\nnote: stdin holds no Kubernetes object\n',
    );
  });

  test('of a single path by the command itself', async () => {
    mkdirSync(join(folder, 'empty'));
    expect(await read(['empty'])).toEqual({
      groups: [{ name: 'empty', files: [], objects: [], problems: [] }],
      said: '',
    });
  });
});

describe('what cannot be read is a problem, and the rest is read', () => {
  const utf16 = (text: string, isBigEndian = false): Uint8Array => {
    const bytes = Buffer.from(`\ufeff${text}`, 'utf16le');
    return isBigEndian ? bytes.swap16() : bytes;
  };
  const latin1 = Buffer.from('apiVersion: v1\nkind: Pod\nmetadata: {name: caf\u00e9}\n', 'latin1');

  test.each([
    { name: 'UTF-16', content: utf16(object('x')), says: '1:1 encoding the file is UTF-16', finds: ['default/x'] },
    {
      name: 'UTF-16, the other way round',
      content: utf16(object('x'), true),
      says: '1:1 encoding the file is UTF-16',
      finds: ['default/x'],
    },
    {
      name: 'UTF-16 without a mark',
      content: utf16(object('x')).subarray(2),
      says: '1:1 encoding the file is UTF-16',
      finds: [],
    },
    {
      name: 'Latin-1',
      content: latin1,
      says: '3:21 encoding the byte 0xE9 is no UTF-8, and kubectl puts a mark in its place; in Latin-1 it is "é"',
      finds: ['default/caf\ufffd'],
    },
    {
      name: 'Latin-1, CR LF',
      content: Buffer.from(latin1.toString('latin1').replaceAll('\n', '\r\n'), 'latin1'),
      says: '3:21 encoding the byte 0xE9',
      finds: ['default/caf\ufffd'],
    },
    {
      name: 'a letter that is cut off',
      content: Buffer.from(`${object('x')}# é`).subarray(0, -1),
      says: '4:3 encoding the byte 0xC3',
      finds: ['default/x'],
    },
    {
      name: 'a binary',
      content: Buffer.from([0x1f, 0x8b, 0x08, 0x00, 0xff, 0xfe, 0x41]),
      says: '1:1 encoding the file is no text',
      finds: [],
    },
    {
      name: 'a binary without zeros',
      content: Buffer.from(Array.from({ length: 300 }, (_, at) => 0x80 + (at % 0x70))),
      says: '1:1 encoding the file is no text',
      finds: [],
    },
  ])('$name', async ({ content, says, finds }) => {
    file('m/a.yaml', content);
    file('m/b.yaml');
    const [group] = (await read(['m'])).groups;
    expect(group?.problems).toEqual([expect.stringContaining(`m/a.yaml:${says}`)]);
    expect(group?.objects).toEqual([...finds, 'default/m/b.yaml']);
    const [piped] = (await read(['-'], { stdin: content })).groups;
    expect(piped?.problems).toEqual([expect.stringContaining(`<stdin>:${says}`)]);
  });

  test('a byte order mark of UTF-8 is nothing', async () => {
    file('a.yaml', `\ufeff${object('x')}`);
    expect((await read(['a.yaml'])).groups).toEqual([
      { name: 'a.yaml', files: ['a.yaml'], objects: ['default/x'], problems: [] },
    ]);
  });

  const failing = (code: string) => () => Promise.reject(Object.assign(new Error(`${code}: no`), { code }));

  test.each([
    { code: 'EACCES', says: 'a.yaml:1:1 unreadable a.yaml cannot be read: permission is denied' },
    { code: 'ENOENT', says: 'a.yaml:1:1 unreadable a.yaml cannot be read: it is gone' },
    { code: 'EIO', says: 'a.yaml:1:1 unreadable a.yaml cannot be read: EIO: no' },
    { code: 'ERR_FS_FILE_TOO_LARGE', says: 'a.yaml:1:1 too-large a.yaml cannot be read: it has more than 2 GiB' },
  ])('a file with $code', async ({ code, says }) => {
    file('a.yaml');
    const { groups } = await read(['a.yaml'], { world: { readBytes: failing(code) } });
    expect(groups[0]?.problems).toEqual([says]);
  });

  test('a folder that may not be listed, named or below another', async () => {
    file('m/a.yaml');
    file('m/sub/b.yaml');
    const { list } = disk(folder);
    const world: Partial<World> = { list: (path) => (path === 'm/sub' ? failing('EACCES')() : list(path)) };
    expect((await read(['m'], { world })).groups[0]).toMatchObject({
      files: ['m/a.yaml'],
      problems: ['m/sub:1:1 unreadable m/sub cannot be read: permission is denied'],
    });
    expect((await read(['m/sub'], { world })).groups[0]?.problems).toEqual([
      'm/sub:1:1 unreadable m/sub cannot be read: permission is denied',
    ]);
  });

  test('a problem in one file leaves the others alone', async () => {
    file('m/a.yaml', 'a: b: c\n');
    file('m/b.yaml');
    expect((await read(['m'])).groups[0]).toMatchObject({
      objects: ['default/m/b.yaml'],
      problems: ['m/a.yaml:1:5 syntax a second ":" in one line: "a: b: c"'],
    });
  });
});
