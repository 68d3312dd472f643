import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { HEADER, writeManifests } from '../../charts-src/app/write-manifests.ts';

const repository = resolve(import.meta.dirname, '../..');
let root: string;
let dist: string;
beforeEach(() => {
  root = fs.mkdtempSync(join(tmpdir(), 'weft-write-'));
  dist = join(root, 'dist');
});
afterEach(() => {
  fs.rmSync(root, { recursive: true, force: true });
});

const write = (files: Readonly<Record<string, string>>, options = {}): ReturnType<typeof writeManifests> =>
  writeManifests(dist, new Map(Object.entries(files)), options);

/** Everything below the folder: text of files, `->` of links, with times when asked. */
function tree(folder = root, withTimes = false): Record<string, string> {
  // By hand, because Node 22 follows links to folders where Node 20 does not.
  const entries = fs.readdirSync(folder, { withFileTypes: true }).flatMap((entry): [string, string][] => {
    const path = join(folder, entry.name);
    const name = relative(root, path);
    if (entry.isSymbolicLink()) return [[name, `-> ${fs.readlinkSync(path)}`]];
    if (entry.isDirectory()) return [[name, '/'], ...Object.entries(tree(path, withTimes))];
    const time = withTimes ? ` ${fs.lstatSync(path).mtimeMs}` : '';
    return [[name, fs.readFileSync(path, 'utf8') + time]];
  });
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}

const ours = (text: string): string => `${HEADER}\n${text}`;

describe('writing', () => {
  test('makes the folder, adds the header where it is missing, and says what it did', () => {
    expect(write({ 'b.yaml': 'b: 1\n', 'a/x/c.yaml': ours('c: 1\n') })).toEqual({
      written: ['a/x/c.yaml', 'b.yaml'],
      unchanged: [],
      removed: [],
    });
    expect(tree()).toEqual({
      dist: '/',
      'dist/a': '/',
      'dist/a/x': '/',
      'dist/a/x/c.yaml': ours('c: 1\n'),
      'dist/b.yaml': ours('b: 1\n'),
    });
  });

  test('does not touch what is the same', () => {
    write({ 'a.yaml': 'a: 1\n', 'b.yaml': 'b: 1\n' });
    for (const file of ['a.yaml', 'b.yaml']) fs.utimesSync(join(dist, file), 1, 1);
    expect(write({ 'a.yaml': 'a: 1\n', 'b.yaml': 'b: 2\n' })).toEqual({
      written: ['b.yaml'],
      unchanged: ['a.yaml'],
      removed: [],
    });
    expect(fs.statSync(join(dist, 'a.yaml')).mtimeMs).toBe(1000);
    expect(fs.readFileSync(join(dist, 'b.yaml'), 'utf8')).toBe(ours('b: 2\n'));
  });

  test('needs no permission when nothing changes', () => {
    write({ 'a.yaml': 'a: 1\n' });
    const before = tree(root, true);
    write({ 'a.yaml': 'a: 1\n' });
    expect(tree(root, true)).toEqual(before);
  });

  test('removes what it wrote earlier and the folders that become empty, not those of others', () => {
    write({ 'a/b/c/old.yaml': 'x: 1\n', 'a/keep.yaml': 'k: 1\n', 'z/old.yaml': 'x: 1\n' });
    fs.mkdirSync(join(dist, 'empty'));
    fs.writeFileSync(join(dist, 'z/.gitkeep'), '');
    expect(write({ 'a/keep.yaml': 'k: 1\n' }).removed).toEqual(['a/b/c/old.yaml', 'z/old.yaml']);
    expect(Object.keys(tree())).toEqual([
      'dist',
      'dist/a',
      'dist/a/keep.yaml',
      'dist/empty',
      'dist/z',
      'dist/z/.gitkeep',
    ]);
  });

  test('turns a file into a folder and back', () => {
    write({ 'a.yaml': 'a: 1\n' });
    write({ 'a.yaml/b.yaml': 'b: 1\n' });
    expect(Object.keys(tree())).toEqual(['dist', 'dist/a.yaml', 'dist/a.yaml/b.yaml']);
  });

  test('of one folder leaves the others, whatever is in them', () => {
    write({ 'guide/a.yaml': 'a: 1\n', 'guide/old.yaml': 'a: 1\n', 'shop/b.yaml': 'b: 1\n' });
    fs.writeFileSync(join(dist, 'shop/notes.txt'), 'mine');
    expect(write({ 'guide/a.yaml': 'a: 2\n', 'shop/b.yaml': 'b: 2\n' }, { only: 'guide' })).toEqual({
      written: ['guide/a.yaml'],
      unchanged: [],
      removed: ['guide/old.yaml'],
    });
    expect(tree()).toMatchObject({ 'dist/shop/b.yaml': ours('b: 1\n'), 'dist/shop/notes.txt': 'mine' });
  });

  test('keeps every letter of a long text, also those that two units make', () => {
    const long = '😀'.repeat(1 << 20);
    const files = { 'even.yaml': `a: ${long}\n`, 'odd.yaml': `ab: ${long}\n` };
    write(files);
    for (const [file, text] of Object.entries(files))
      expect(fs.readFileSync(join(dist, file), 'utf8') === ours(text), file).toBe(true);
  });

  test('follows a link that is the output folder itself', () => {
    fs.mkdirSync(join(root, 'real'));
    fs.symlinkSync('real', dist);
    write({ 'a.yaml': 'a: 1\n' });
    expect(tree()).toEqual({ dist: '-> real', real: '/', 'real/a.yaml': ours('a: 1\n') });
  });

  test('leaves names that begin with a dot alone', () => {
    fs.mkdirSync(join(dist, '.git'), { recursive: true });
    fs.writeFileSync(join(dist, '.git/config'), 'theirs');
    write({ 'a.yaml': 'a: 1\n' });
    expect(tree()).toMatchObject({ 'dist/.git/config': 'theirs', 'dist/a.yaml': ours('a: 1\n') });
  });
});

describe('refusing leaves everything as it was', () => {
  test.each([
    {
      what: 'files of somebody else, all named',
      make: () => {
        fs.writeFileSync(join(dist, 'notes.txt'), 'mine');
        fs.mkdirSync(join(dist, 'n'));
        fs.writeFileSync(join(dist, 'n/x.yaml'), 'kind: Mine\n');
      },
      says: /2 problems[^]*dist\/n\/x\.yaml\n[^]*dist\/notes\.txt\n {4}was not written by weft/,
    },
    {
      what: 'a file of somebody else where one of ours goes',
      make: () => {
        fs.writeFileSync(join(dist, 'b.yaml'), 'b: 1\n');
      },
      says: /dist\/b\.yaml\n {4}was not written by weft/,
    },
    {
      what: 'a header that only begins like ours',
      make: () => {
        fs.writeFileSync(join(dist, 'b.yaml'), `${HEADER} Not.\n`);
      },
      says: /b\.yaml/,
    },
    {
      what: 'a link',
      make: () => {
        fs.symlinkSync('/etc/hostname', join(dist, 'b.yaml'));
      },
      says: /is a link or a device/,
    },
    {
      what: 'a link to a folder',
      make: () => {
        fs.symlinkSync('/etc', join(dist, 'n'));
      },
      says: /is a link or a device/,
    },
    {
      what: 'a folder with the name of a file',
      make: () => {
        fs.mkdirSync(join(dist, 'b.yaml'));
      },
      says: /a folder has the name that a file needs\..*\(EISDIR at b\.yaml\)/,
    },
    {
      what: 'another run',
      make: () => {
        fs.mkdirSync(join(dist, '.weft-writing'));
        fs.writeFileSync(join(dist, '.weft-writing/pid'), `${process.ppid}`);
      },
      says: /process \d+ is writing here/,
    },
  ])('$what', ({ make, says }) => {
    write({ 'a.yaml': 'a: 1\n', 'old/gone.yaml': 'g: 1\n' });
    make();
    const before = tree(root, true);
    expect(() => write({ 'a.yaml': 'a: 2\n', 'b.yaml': 'b: 1\n', 'n/c.yaml': 'c: 1\n' })).toThrow(says);
    expect(tree(root, true)).toEqual(before);
  });

  test('an output folder that is a file, lies below one, or is a link to nowhere', () => {
    fs.writeFileSync(dist, 'mine');
    expect(() => write({ 'a.yaml': 'a: 1\n' })).toThrow('is a file');
    expect(() => writeManifests(join(dist, 'below'), new Map([['a.yaml', '']]))).toThrow('is a file');
    fs.rmSync(dist);
    fs.symlinkSync('nowhere', dist);
    expect(() => write({ 'a.yaml': 'a: 1\n' })).toThrow('leads nowhere');
    expect(tree()).toEqual({ dist: '-> nowhere' });
  });

  test('a path that is too long, in a folder that was not there', () => {
    expect(() => write({ 'a.yaml': 'a: 1\n', [`${'x'.repeat(300)}.yaml`]: 'b: 1\n' })).toThrow('ENAMETOOLONG');
    expect(tree()).toEqual({});
  });
});

describe('a run that was killed', () => {
  test('while it prepared leaves nothing', () => {
    write({ 'a.yaml': 'a: 1\n' });
    fs.mkdirSync(join(dist, '.weft-writing/new'), { recursive: true });
    fs.writeFileSync(join(dist, '.weft-writing/pid'), '999999999');
    fs.writeFileSync(join(dist, '.weft-writing/new/a.yaml'), 'half');
    write({ 'a.yaml': 'a: 1\n' });
    expect(tree()).toEqual({ dist: '/', 'dist/a.yaml': ours('a: 1\n') });
  });

  test('while it moved files gets back what it had taken away', () => {
    write({ 'a.yaml': 'a: 1\n' });
    fs.mkdirSync(join(dist, '.weft-writing/old/sub'), { recursive: true });
    fs.writeFileSync(join(dist, '.weft-writing/old/sub/b.yaml'), ours('b: 1\n'));
    fs.writeFileSync(join(dist, 'notes.txt'), 'mine'); // so that this run refuses
    expect(() => write({ 'c.yaml': 'c: 1\n' })).toThrow('notes.txt');
    expect(tree()).toMatchObject({ 'dist/a.yaml': ours('a: 1\n'), 'dist/sub/b.yaml': ours('b: 1\n') });
  });
});

const WRITE_ONCE = ['--import', import.meta.resolve('tsx'), join(import.meta.dirname, 'write-once.ts')];
const isRoot = process.getuid?.() === 0;
/** For root nothing is forbidden: then another user does it, who must be able to run this Node. */
const nobody = isRoot ? { uid: 65534, gid: 65534 } : {};
const canBeRefused = spawnSync(process.execPath, [...WRITE_ONCE, ''], { ...nobody }).status === 2;
const canMount = spawnSync('unshare', ['-rm', 'mount', '-t', 'tmpfs', 'none', '/mnt']).status === 0;

describe('a file system that says no', () => {
  const script = `mount -t tmpfs -o size=64k none "$DIST" && $NODE "$DIST" '{"a.yaml":"a: 1\\n","old.yaml":"o: 1\\n"}' && `;
  const inNamespace = (more: string): string => {
    fs.mkdirSync(dist);
    const node = [process.execPath, ...WRITE_ONCE].join(' ');
    const { stdout } = spawnSync('unshare', ['-rm', 'sh', '-c', script + more], {
      encoding: 'utf8',
      cwd: repository,
      env: {
        ...process.env,
        DIST: dist,
        NODE: node,
        BIG: JSON.stringify({ 'a.yaml': 'a: 2\n', 'b/b.yaml': `b: ${'x'.repeat(100_000)}\n` }),
      },
    });
    return stdout;
  };
  const show = `echo; cd "$DIST" && find . -type f | sort && cat a.yaml`;

  test.skipIf(!canMount)('because the disk is full (needs unshare and mount)', () => {
    expect(inNamespace(`$NODE "$DIST" "$BIG"; ${show}`)).toMatch(
      /SynthError: 1 problem[^]*the disk of the output folder is full[^]*ENOSPC at b\/b\.yaml[^]*It is as it was\n\.\/a\.yaml\n\.\/old\.yaml\n# Written by weft[^\n]*\na: 1\n$/,
    );
  });

  test.skipIf(!canMount)('because it is read-only (needs unshare and mount)', () => {
    expect(inNamespace(`mount -o remount,ro "$DIST" && $NODE "$DIST" '{"a.yaml":"a: 2\\n"}'; ${show}`)).toMatch(
      /SynthError: 1 problem[^]*read-only[^]*EROFS[^]*\.\/a\.yaml\n\.\/old\.yaml\n# Written by weft[^\n]*\na: 1\n$/,
    );
  });

  test.skipIf(!canBeRefused)('because of permissions (needs a user who may run this Node and is not root)', () => {
    fs.chmodSync(root, 0o755);
    write({ 'a.yaml': 'a: 1\n', 'sub/old.yaml': 'o: 1\n' });
    // Files may be made in dist, but the old one may not be taken out of its folder: found out in the middle of moving.
    if (isRoot)
      for (const path of [dist, join(dist, 'a.yaml'), join(dist, 'sub'), join(dist, 'sub/old.yaml')])
        fs.chownSync(path, 65534, 65534);
    fs.chmodSync(join(dist, 'sub'), 0o555);
    const before = tree(root);
    const once = (): string =>
      spawnSync(process.execPath, [...WRITE_ONCE, dist, '{"a.yaml":"a: 2\\n","n/b.yaml":"b: 1\\n"}'], {
        encoding: 'utf8',
        ...nobody,
      }).stdout;
    expect(once()).toMatch(/SynthError: 1 problem[^]*may not be written[^]*EACCES/);
    expect(tree(root)).toEqual(before);
    fs.chmodSync(dist, 0o555);
    expect(once()).toMatch(/SynthError: 1 problem[^]*may not be written[^]*EACCES/);
    expect(tree(root)).toEqual(before);
    for (const path of [dist, join(dist, 'sub')]) fs.chmodSync(path, 0o755);
    expect(once()).toContain('"written":["a.yaml","n/b.yaml"]');
  });
});
