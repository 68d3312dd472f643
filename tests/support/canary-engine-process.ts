import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { ROOT } from '../../scripts/dev/provision/locate.ts';
import type { EngineRequest } from './canary-engine.ts';
import type { EngineOrder, EngineReport } from './canary-engine-main.ts';

/** An engine in a process of its own. */
export interface EngineProcess {
  /** Drives a plan; `killed` when the process ends before the run does. */
  run(request: EngineRequest, signal?: AbortSignal): Promise<EngineReport | 'killed'>;
  /** kill -9, and its end. */
  kill(): Promise<void>;
}

/** Starts processes that all run the same program. */
export interface EngineProgram {
  start(): Promise<EngineProcess>;
  /** Ends all of them. */
  stop(): Promise<void>;
}

/**
 * Compiles the program once: a hundred processes would each compile it anew.
 * @param packages `bundled` holds what of the libraries is needed, and starts four times as fast; `external` loads all
 * of them, as the command line does
 */
export const engineProgram = async (packages: 'bundled' | 'external' = 'bundled'): Promise<EngineProgram> => {
  const folder = join(ROOT, 'build', `canary-engine-${process.pid}-${packages}`);
  mkdirSync(folder, { recursive: true });
  const outfile = join(folder, 'main.mjs');
  await build({
    entryPoints: [fileURLToPath(new URL('canary-engine-main.ts', import.meta.url))],
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    ...(packages === 'external'
      ? { packages }
      : {
          banner: {
            js: `import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);`,
          },
        }),
    logLevel: 'error',
  });
  const children = new Set<ChildProcess>();
  const kill = async (child: ChildProcess): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'close');
    child.kill('SIGKILL');
    await ended;
  };
  return {
    start: async () => {
      const child = fork(outfile, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'], execArgv: [] });
      children.add(child);
      child.once('close', () => children.delete(child));
      await once(child, 'message');
      let runs = 0;
      return {
        kill: () => kill(child),
        run: (start, signal) =>
          new Promise((resolve) => {
            const run = ++runs;
            const send = (order: EngineOrder): void => void (child.connected && child.send(order));
            const stop = (): void => send({ run, stop: true });
            const hear = (report: EngineReport): void => {
              if (report.run === run) settle(report);
            };
            const die = (): void => settle('killed');
            const settle = (report: EngineReport | 'killed'): void => {
              child.off('message', hear);
              child.off('close', die);
              signal?.removeEventListener('abort', stop);
              resolve(report);
            };
            child.on('message', hear);
            child.once('close', die);
            child.setMaxListeners(0);
            signal?.addEventListener('abort', stop, { once: true });
            send({ run, start });
          }),
      };
    },
    stop: async () => {
      await Promise.all([...children].map(kill));
      rmSync(folder, { recursive: true, force: true });
    },
  };
};
