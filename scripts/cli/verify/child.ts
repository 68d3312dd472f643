import { spawn } from 'node:child_process';

/** How a program ended. */
export interface Ended {
  readonly code: number | null;
  /** The last of what it printed. */
  readonly words: string;
}

/** A program that runs until it is stopped. */
export interface Running {
  /** Set as soon as it has ended by itself. */
  readonly ended: Promise<Ended>;
  stop(): Promise<void>;
}

const WORDS_KEPT = 8_000;
const PATIENCE_MS = 3_000;

/** Starts a program. It is told to stop by its own process id only, also when this process ends first. */
export function start(command: string, args: readonly string[]): Running {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let words = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      words = (words + text).slice(-WORDS_KEPT);
    });
  const kill = (): void => void child.kill('SIGKILL');
  process.once('exit', kill);
  const ended = new Promise<Ended>((done) => {
    const finish = (code: number | null, more = ''): void => {
      process.off('exit', kill);
      done({ code, words: words + more });
    };
    child.once('error', (error) => finish(null, error.message));
    child.once('close', (code) => finish(code));
  });
  return {
    ended,
    async stop() {
      child.kill('SIGTERM');
      const late = setTimeout(kill, PATIENCE_MS);
      await ended;
      clearTimeout(late);
    },
  };
}

/** Runs a program to its end. */
export const run = (command: string, args: readonly string[]): Promise<Ended> => start(command, args).ended;
