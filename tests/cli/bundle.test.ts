import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { laterOptimisation } from '../../scripts/cli/optimise-later.ts';
import { writeLargeMesh } from '../bench/mesh-folders.ts';
import { project, repository, TWO_TOPOLOGIES, withoutTestRunner, type Project, type Ran } from './project.ts';

const main = join(repository, 'build/cli/main.js');
let here: Project;
beforeAll(() => {
  if (isStale()) {
    const built = spawnSync(process.execPath, [join(repository, 'scripts/dev/build.mjs'), 'cli'], { encoding: 'utf8' });
    expect(built).toMatchObject({ status: 0, stderr: '' });
  }
  here = project();
  here.app(TWO_TOPOLOGIES);
}, 60_000);
afterAll(() => {
  here.remove();
});

/** Built again only when something changed, because others may be running it. */
function isStale(): boolean {
  const built = statSync(main, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  return ['scripts/cli', 'scripts/dev/build.mjs', 'charts-src', 'package.json'].some(
    (path) => newest(join(repository, path)) > built,
  );
}

const newest = (path: string): number =>
  statSync(path).isDirectory()
    ? Math.max(
        ...readdirSync(path, { recursive: true, encoding: 'utf8' }).map((name) => statSync(join(path, name)).mtimeMs),
      )
    : statSync(path).mtimeMs;

const weft = (argv: readonly string[], more: readonly string[] = [], env: NodeJS.ProcessEnv = {}): Ran => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [...more, main, ...argv], {
    cwd: here.folder,
    env: { ...withoutTestRunner(process.env), ...env },
    encoding: 'utf8',
  });
  return { code: status ?? -1, out: stdout, err: stderr };
};

/** Packages, files and parts of Node that are loaded for a command line. */
function loaded(argv: readonly string[]): readonly string[] {
  const hook = join(here.folder, 'list-modules.cjs');
  writeFileSync(
    hook,
    `const Module = require('node:module');
     const { appendFileSync } = require('node:fs');
     const load = Module._load;
     Module._load = function (name, ...rest) {
       appendFileSync(${JSON.stringify(join(here.folder, 'modules'))}, name + '\\n');
       return load.call(this, name, ...rest);
     };`,
  );
  rmSync(join(here.folder, 'modules'), { force: true });
  expect(weft(argv, ['--require', hook]).code).toBe(0);
  return readFileSync(join(here.folder, 'modules'), 'utf8').trim().split('\n');
}

describe('the bundle', () => {
  test('is a program', () => {
    expect(readFileSync(main, 'utf8')).toMatch(/^#!\/usr\/bin\/env node\n/);
    expect(statSync(main).mode & 0o111).toBe(0o111);
    expect(spawnSync(main, ['--version'], { encoding: 'utf8' }).stdout).toBe(
      `${(JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8')) as { version: string }).version}\n`,
    );
  });

  test('holds no path of the machine that built it', () => {
    const files = readdirSync(join(repository, 'build/cli'), { recursive: true, withFileTypes: true }).filter((entry) =>
      entry.isFile(),
    );
    expect(files.length).toBeGreaterThan(3);
    for (const { parentPath, name } of files)
      expect(readFileSync(join(parentPath, name), 'utf8')).not.toContain(repository);
  });

  test.each([
    { argv: ['--version'], packages: [] },
    { argv: ['--help'], packages: [] },
    { argv: ['synth', '--help'], packages: [] },
    { argv: ['check', 'mesh.yaml'], packages: [] },
    {
      argv: ['synth', '--app', 'true && echo "a: 1" > $CDK8S_OUTDIR/a.yaml', '--output', 'other'],
      packages: ['yaml'],
    },
  ])('loads for $argv what it needs, and no cdk8s', ({ argv, packages }) => {
    here.file('mesh.yaml', 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\n');
    expect(loaded(argv).filter((name) => !isBuiltin(name) && !/^[./]/.test(name))).toEqual(packages);
  });

  test.each([['check', 'mesh.yaml'], ['--help']])('waits for no part of Node that %s never uses', (...argv) => {
    here.file('mesh.yaml', 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\n');
    const parts = loaded(argv).filter((name) => isBuiltin(name));
    expect(parts).toContain('node:fs');
    expect(parts.filter((name) => /child_process|promises|crypto|http|net$/.test(name))).toEqual([]);
  });

  test.skipIf(laterOptimisation(process.versions.v8) === undefined)(
    'is done before V8 optimises much (needs Node 20 or 22)',
    () => {
      expect(writeLargeMesh(join(here.folder, 'mesh'), { services: 8 })).toBe(40);
      const { code, out, err } = weft(['check', 'mesh'], ['--trace-opt']);
      expect({ code, err }).toEqual({ code: 0, err: '' });
      expect(out).toContain(' in 40 objects');
      // 0 and 10; left to itself, V8 optimises 18 functions on Node 20 and 28 on Node 22.
      expect(out.match(/completed (?:optimizing|compiling)/g) ?? []).toSatisfy(({ length }: string[]) => length < 15);
    },
  );

  test('keeps its compiled code, and does without when that is broken', () => {
    here.file('mesh.yaml', 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\n');
    const home = join(here.folder, 'cache');
    const check = () => weft(['check', 'mesh.yaml'], [], { XDG_CACHE_HOME: home }).out.replace(/\([\d.]+ s\)/, '');
    const files = () =>
      readdirSync(home, { recursive: true, withFileTypes: true, encoding: 'utf8' })
        .filter((entry) => entry.isFile())
        .map(({ parentPath, name }) => join(parentPath, name));
    const [first, second] = [check(), check()];
    expect(second).toBe(first);
    const [file = ''] = files();
    const whole = readFileSync(file);
    for (const broken of [whole.subarray(0, whole.length / 2), Buffer.from('no code at all'), Buffer.alloc(0)]) {
      writeFileSync(file, broken);
      expect(check()).toBe(first);
      expect(readFileSync(file).length).toBeGreaterThan(whole.length / 2 + 1);
    }
    expect(files()).toEqual([file]);
  });

  test.each([
    { command: 'check', own: 'does not reach proxies', other: 'current-context' },
    { command: 'explain', own: 'routed to', other: 'current-context' },
  ])('of $command has what it runs, and nothing of others', ({ command, own, other }) => {
    const read = (name: string): string => readFileSync(join(repository, `build/cli/${name}.cjs`), 'utf8');
    expect([read(command).includes(own), read(command).includes(other)]).toEqual([true, false]);
    expect([read('weft').includes(own), read('weft').includes(other)]).toEqual([true, true]);
    expect(read(command).length).toBeLessThan(0.6 * read('weft').length);
  });

  test.each([
    { debug: '', names: false },
    { debug: '1', names: true },
  ])('has names of functions for WEFT_DEBUG=$debug: $names', ({ debug, names }) => {
    here.file('mesh.yaml', 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\n');
    here.file(
      'fail.cjs',
      `const has = Object.hasOwn;
       Object.hasOwn = (record, key) => {
         if (key === 'ConfigMap') throw new Error(new Error('looked up').stack);
         return has(record, key);
       };`,
    );
    const { out, err } = weft(['check', 'mesh.yaml'], ['--require', join(here.folder, 'fail.cjs')], {
      WEFT_DEBUG: debug,
    });
    expect(out + err).toContain('looked up');
    expect((out + err).includes('at runCheck')).toBe(names);
  });

  test('says with which licences others have written what is in it', () => {
    for (const name of ['commander', 're2js'])
      expect(readFileSync(join(repository, `build/cli/licences/${name}.txt`), 'utf8')).toContain(
        'Permission is hereby',
      );
  });

  test('runs, and answers -h, errors and JSON as the source does', () => {
    expect(weft(['synth'])).toMatchObject({
      code: 0,
      out: expect.stringContaining('3 files in dist: 3 written') as string,
    });
    expect(weft(['--version', '--help']).code).toBe(0);
    expect(weft(['snyth'])).toMatchObject({
      code: 2,
      out: '',
      err: expect.stringContaining('Did you mean synth?') as string,
    });
    writeFileSync(join(here.folder, 'dist/notes.txt'), 'mine');
    const refused = weft(['synth', '-o', 'json']);
    rmSync(join(here.folder, 'dist/notes.txt'));
    expect(refused.code).toBe(2);
    expect(JSON.parse(refused.out)).toMatchObject({ kind: 'Failure', problems: [{ path: 'dist/notes.txt' }] });
  }, 30_000);

  test('prints no escape without a terminal, and does not mind a reader that leaves', () => {
    expect(weft(['snyth']).err).not.toContain('\u001b');
    const piped = spawnSync(
      'sh',
      ['-c', `"${process.execPath}" "${main}" --help | true; "${process.execPath}" "${main}" synth --help | head -1`],
      { encoding: 'utf8' },
    );
    expect(piped).toMatchObject({ status: 0, stderr: '', stdout: 'Usage: weft synth [options]\n' });
  });

  test('loses nothing in a pipe that is read slowly, and does not block', () => {
    expect(writeLargeMesh(join(here.folder, 'mesh'), { services: 16 })).toBe(80);
    const argv = ['check', join(here.folder, 'mesh'), '-o', 'sarif'];
    const whole = weft(argv).out;
    expect(whole.length).toBeGreaterThan(200_000); // a pipe holds 64 KiB
    // Whoever has the same pipe may make it one that does not block: the program that started it, here.
    here.file(
      'start.cjs',
      `require('node:child_process').spawn(process.execPath, ${JSON.stringify([main, ...argv])}, { stdio: 'inherit' });
       process.stdout;`,
    );
    const slow = spawnSync('sh', ['-c', `"${process.execPath}" start.cjs | (sleep 1; cat)`], {
      cwd: here.folder,
      encoding: 'utf8',
      env: withoutTestRunner(process.env),
      maxBuffer: 1 << 26,
    });
    expect(slow.stderr).toBe('');
    expect(slow.stdout).toBe(whole);
  }, 60_000);

  test.skipIf(!existsSync('/dev/full'))('says that its result is lost when stdout is full (needs /dev/full)', () => {
    const full = spawnSync('sh', ['-c', `"${process.execPath}" "${main}" --help > /dev/full`], { encoding: 'utf8' });
    expect(full.status).toBe(2);
    expect(full.stderr).toMatch(/^error: the result cannot be written to stdout, and is lost: ENOSPC[^\n]*\n$/);
  });

  test.each([
    { signal: 'SIGINT' as const, code: 130 },
    { signal: 'SIGTERM' as const, code: 143 },
  ])('ends with $code on $signal', async ({ signal, code }) => {
    const child = spawn(process.execPath, [main, 'synth', '--app', 'echo ready; sleep 60'], {
      cwd: here.folder,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    child.stderr.once('data', () => child.kill(signal));
    expect(await new Promise((ended) => child.once('close', ended))).toBe(code);
    expect(here.files()).not.toEqual({});
  });
});
