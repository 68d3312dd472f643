import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
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

const weft = (argv: readonly string[], more: readonly string[] = []): Ran => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [...more, main, ...argv], {
    cwd: here.folder,
    env: withoutTestRunner(process.env),
    encoding: 'utf8',
  });
  return { code: status ?? -1, out: stdout, err: stderr };
};

/** Modules that are loaded for a command line. */
function loaded(argv: readonly string[]): readonly string[] {
  const hook = join(here.folder, 'list-modules.mjs');
  writeFileSync(
    hook,
    `import { register } from 'node:module'; register('data:text/javascript,' + encodeURIComponent('import { appendFileSync } from "node:fs"; export async function load(url, context, next) { appendFileSync(${JSON.stringify(join(here.folder, 'modules'))}, url + "\\\\n"); return next(url, context); }'));`,
  );
  rmSync(join(here.folder, 'modules'), { force: true });
  expect(weft(argv, ['--import', hook]).code).toBe(0);
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

  test('loads next to nothing for --version, and no cdk8s for anything', () => {
    const names = loaded(['--version']).filter((url) => !url.startsWith('node:'));
    expect(names.filter((url) => !url.includes('/build/cli/'))).toEqual([]);
    expect(names.length).toBeLessThanOrEqual(3);
    for (const argv of [
      ['--help'],
      ['synth', '--help'],
      ['synth', '--app', 'true && echo "a: 1" > $CDK8S_OUTDIR/a.yaml', '--output', 'other'],
    ])
      expect(loaded(argv).filter((url) => /node_modules\/(?!commander\/|yaml\/)/.test(url))).toEqual([]);
  });

  test('loads for check no cdk8s, no YAML library, and one form of the report', () => {
    here.file('mesh.yaml', 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\n');
    const names = loaded(['check', 'mesh.yaml']);
    expect(names.filter((url) => /node_modules\/(?!commander\/|re2js\/)/.test(url))).toEqual([]);
    expect(names.flatMap((url) => /chunk-(report-[a-z]+)-/.exec(url)?.[1] ?? [])).toEqual(['report-text']);
    expect(names.filter((url) => /chunk-run-(?!check-)/.test(url))).toEqual([]);
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
