import { spawn, type ChildProcess } from 'node:child_process';
import { ROOT } from '../provision/locate.ts';

/** How a command ended, and what it printed when that was captured. */
export interface Ended {
  readonly code: number;
  readonly output: string;
  readonly timedOut: boolean;
}

let running: ChildProcess | undefined;

/** Ends the command that runs now, if any. */
export const stopRunning = (): void => void running?.kill('SIGTERM');

/** Runs a command in the repository with its output shown as it comes, and captured too when asked for. */
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
    running = child;
    let output = '';
    for (const [from, to] of [
      [child.stdout, process.stdout],
      [child.stderr, process.stderr],
    ] as const) {
      from?.on('data', (chunk: Buffer) => {
        output += chunk.toString('utf8');
        to.write(chunk);
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
      running = undefined;
      limits.forEach(clearTimeout);
      resolve({ code, output, timedOut });
    };
    child.on('error', (error) => {
      output += error.message;
      end(127);
    });
    child.on('close', (code) => end(code ?? 1));
  });
