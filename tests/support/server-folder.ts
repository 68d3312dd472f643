import { spawn, type ChildProcess } from 'node:child_process';
import { chmodSync, closeSync, existsSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isRunning } from '../../scripts/dev/provision/process.ts';
import { toolPath } from '../../scripts/dev/provision/tools-file.ts';

/** What a server is started with, beside its command line. */
export interface StartOptions {
  readonly env?: NodeJS.ProcessEnv;
  /** @default - the folder */
  readonly cwd?: string;
  /** The user to run as, which takes root.
   * @default - the user of this process */
  readonly user?: string;
}

/** A folder with servers that end, and go with it, when this process ends, however that happens. */
export interface ServerFolder {
  readonly path: string;
  /** Starts a server. Its output goes to `<name>.log`; a server that is started again goes on with the same file. */
  start(name: string, program: string, args: readonly string[], options?: StartOptions): ChildProcess;
  /** All that a server has printed so far. */
  log(name: string): string;
  /** The last lines of it, for messages. */
  endOfLog(name: string): string;
  /** Kills what still runs and removes the folder. */
  stop(): Promise<void>;
}

/** Whether a process that we started has ended. */
export const hasEnded = ({ exitCode, signalCode }: ChildProcess): boolean => exitCode !== null || signalCode !== null;

/** Ends a process and waits until it is gone. */
export const end = async (child: ChildProcess, signal: NodeJS.Signals = 'SIGKILL'): Promise<void> => {
  if (hasEnded(child)) return;
  const ended = new Promise((resolve) => child.once('close', resolve));
  child.kill(signal);
  await ended;
};

/** Folders of runs that were killed: their servers died with them, their files did not. */
const sweep = (prefix: string): void => {
  for (const name of readdirSync(tmpdir())) {
    const owner = name.startsWith(prefix) ? Number(name.slice(prefix.length).split('-')[0]) : Number.NaN;
    if (Number.isNaN(owner) || isRunning(owner)) continue;
    rmSync(join(tmpdir(), name), { recursive: true, force: true });
  }
};

/** Makes a folder for servers of one kind; `kind` is part of its name. */
export const serverFolder = (kind: string): ServerFolder => {
  const prefix = `weft-${kind}-`;
  sweep(prefix);
  const path = mkdtempSync(join(tmpdir(), `${prefix}${process.pid}-`));
  // Servers may run as users of their own: they must get through to what is theirs.
  chmodSync(path, 0o711);
  const running = new Set<ChildProcess>();

  const logOf = (name: string): string => join(path, `${name}.log`);
  const log = (name: string): string => (existsSync(logOf(name)) ? readFileSync(logOf(name), 'utf8') : '');
  const killNow = (): void => {
    for (const child of running) child.kill('SIGKILL');
  };
  const removeFolder = (): void => rmSync(path, { recursive: true, force: true, maxRetries: 3 });
  const onExit = (): void => {
    killNow();
    removeFolder();
  };
  process.once('exit', onExit);
  // A worker of vitest lives on when vitest itself is ended, and would keep its servers until the test is over.
  const onDisconnect = (): void => process.exit(1);
  process.once('disconnect', onDisconnect);

  return {
    path,
    start: (name, program, args, { env = process.env, cwd = path, user } = {}) => {
      const output = openSync(logOf(name), 'a');
      const asUser = user === undefined ? [] : ['--reuid', user, '--regid', user, '--init-groups'];
      // pdeathsig: the kernel ends the server when the process that started it dies, however that dies.
      const child = spawn(toolPath('setpriv'), [...asUser, '--pdeathsig', 'KILL', '--', program, ...args], {
        cwd,
        env,
        stdio: ['ignore', output, output],
      });
      closeSync(output);
      running.add(child);
      child.once('close', () => running.delete(child));
      return child;
    },
    log,
    endOfLog: (name) => log(name).trimEnd().split('\n').slice(-16).join('\n'),
    stop: async () => {
      // Nothing on these disks is needed again, so nobody gets time to say goodbye.
      await Promise.all([...running].map((child) => end(child)));
      removeFolder();
      process.removeListener('exit', onExit);
      process.removeListener('disconnect', onDisconnect);
    },
  };
};
