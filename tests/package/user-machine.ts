import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join, relative, resolve } from 'node:path';

export const repository = resolve(import.meta.dirname, '../..');

/** What a command line did. */
export interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** A folder for everything that a test file makes. */
export const scratchFolder = (): string => realpathSync(mkdtempSync(join(tmpdir(), 'weft-package-')));

export const remove = (folder: string | undefined): void => {
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
};

/**
 * Runs a program with its arguments as on the machine of a user: without what npm and vitest tell the programs that
 * they start, and without the commands of this repository.
 */
export function run(cwd: string, program: string, args: readonly string[], env: Record<string, string> = {}): Ended {
  const { status, stdout, stderr, error } = spawnSync(program, args, {
    cwd,
    env: { ...USER_ENV, ...env },
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
    timeout: 170_000,
  });
  return { code: status, out: stdout, err: error === undefined ? stderr : `${stderr}\n${error.message}` };
}

/** {@link run}, and an error with all that it said when it does not end well. */
export function succeed(
  cwd: string,
  program: string,
  args: readonly string[],
  env: Record<string, string> = {},
): Ended {
  const ended = run(cwd, program, args, env);
  if (ended.code === 0) return ended;
  throw new Error(`${program} ${args.join(' ')} ended with ${String(ended.code)}:\n${ended.out}\n${ended.err}`);
}

const FOREIGN =
  /^(?:npm_(?:lifecycle|package|command|execpath|node_execpath|config_(?:local_prefix|user_agent))|INIT_CWD|NODE_OPTIONS|NODE_ENV|NODE_PATH|VITEST|TINYPOOL|TEST|CI$|WEFT_|CDK8S_|FORCE_COLOR|NO_COLOR)/;

const USER_ENV: Record<string, string | undefined> = {
  ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !FOREIGN.test(name))),
  PATH: (process.env['PATH'] ?? '')
    .split(delimiter)
    .filter((folder) => !folder.endsWith(join('node_modules', '.bin')))
    .join(delimiter),
  npm_config_audit: 'false',
  npm_config_fund: 'false',
  npm_config_update_notifier: 'false',
  npm_config_prefer_offline: 'true',
  npm_config_loglevel: 'error',
};

/**
 * The repository as a fresh clone has it, in a folder of its own, after `npm ci`: so no test reads or replaces a build
 * that somebody else is using.
 */
export function freshClone(folder: string): void {
  cpSync(repository, folder, {
    recursive: true,
    filter: (source) => !['node_modules', 'build', '.git'].includes(relative(repository, source)),
  });
  symlinkSync(join(repository, 'node_modules'), join(folder, 'node_modules'));
}

/** The tarball of a clone, as it is published: `prepare` builds it. */
export function pack(clone: string, destination: string): string {
  mkdirSync(destination, { recursive: true });
  succeed(clone, 'npm', ['pack', '--pack-destination', destination]);
  const [name, ...others] = readdirSync(destination);
  if (name === undefined || others.length > 0) throw new Error(`npm pack left ${readdirSync(destination).join(', ')}`);
  return join(destination, name);
}

/** A project of a user in an empty folder, with what `npm init` writes and these files. */
export function emptyProject(folder: string, files: Readonly<Record<string, string>>): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(
    join(folder, 'package.json'),
    '{ "name": "a-project", "version": "1.0.0", "private": true, "type": "module" }\n',
  );
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
}

/** All files below a folder, relative to it and sorted. */
export const filesBelow = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .sort();
