import { spawn, type ChildProcess } from 'node:child_process';
import { ROOT } from '../provision/locate.ts';

/** How a command ended, and what it printed when that was captured. */
export interface Ended {
  readonly code: number;
  readonly output: string;
  readonly timedOut: boolean;
}

const running = new Set<ChildProcess>();

/** Ends the commands that run now, if any. */
export const stopRunning = (): void => {
  for (const child of running) child.kill('SIGTERM');
};

/** Runs a command in the repository. Its output is shown as it comes; captured, it is given back instead. */
export const command = (
  program: string,
  args: readonly string[],
  options: { readonly timeoutMs: number; readonly env?: Readonly<Record<string, string>>; readonly capture?: boolean },
): Promise<Ended> =>
  new Promise((resolve) => {
    const capture = options.capture ?? false;
    const child = spawn(program, args, {
      cwd: ROOT,
      env: { ...process.env, ...options.env },
      stdio: ['ignore', capture ? 'pipe' : 'inherit', capture ? 'pipe' : 'inherit'],
    });
    running.add(child);
    let output = '';
    for (const from of [child.stdout, child.stderr]) {
      from?.setEncoding('utf8').on('data', (text: string) => {
        output += text;
      });
    }
    let timedOut = false;
    // First politely, so that tests stop the servers they started; what stays is ended 30 s later.
    const limits = [
      setTimeout(() => {
        timedOut = true;
        child.kill('SIGTERM');
      }, options.timeoutMs),
      setTimeout(() => child.kill('SIGKILL'), options.timeoutMs + 30_000),
    ];
    const end = (code: number): void => {
      running.delete(child);
      limits.forEach(clearTimeout);
      resolve({ code, output, timedOut });
    };
    child.on('error', (error) => {
      output += error.message;
      end(127);
    });
    child.on('close', (code) => end(code ?? 1));
  });
