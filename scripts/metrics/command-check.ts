import { spawn } from 'node:child_process';
import type { CommandMetric } from '../../charts-src/canary/analysis/analysis.ts';
import type { Reading } from '../../charts-src/canary/analysis/sample.ts';
import type { Cancellation } from '../../charts-src/canary/ports/cancellation.ts';
import { shortened, told } from './http-call.ts';

const MOST_WORDS = 2_000;

/** Runs a program, without a shell: 0 passed, 1 failed, anything else could not tell. */
export function commandCheck(
  { command, timeoutMs }: CommandMetric,
  environment: Readonly<Record<string, string>>,
  signal: Cancellation,
): Promise<Reading> {
  const [program = '', ...args] = command;
  const what = shortened(`run ${command.join(' ')}`);
  const cancelled: Reading = { type: 'failed', failure: { type: 'cancelled', message: `${what}: cancelled` } };
  const failed = (type: 'timed-out' | 'unreachable' | 'unintelligible', answered: string, fix: string): Reading => ({
    type: 'failed',
    failure: { type, ...told(what, { asked: what, answered, fix }) },
  });
  return new Promise((resolve) => {
    if (signal.aborted) return resolve(cancelled);
    // A group of its own, so that what it starts ends with it.
    const child = spawn(program, args, {
      env: { ...process.env, ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    let said = '';
    const hear = (chunk: Buffer): void => {
      if (said.length < MOST_WORDS) said += chunk.toString('utf8');
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    const end = (reading: Reading): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', cancel);
      resolve(reading);
    };
    const kill = (): void => {
      if (child.pid === undefined) return;
      try {
        process.kill(-child.pid, 'SIGKILL');
      } catch {
        // It has ended in the meantime.
      }
    };
    const timer = setTimeout(() => {
      end(
        failed(
          'timed-out',
          `it did not end within ${timeoutMs / 1_000} s`,
          'Give it more time (timeout), or less to do.',
        ),
      );
      kill();
    }, timeoutMs);
    const cancel = (): void => {
      end(cancelled);
      kill();
    };
    signal.addEventListener('abort', cancel, { once: true });
    child.on('error', (cause) =>
      end(
        failed(
          'unreachable',
          shortened(`it could not be started: ${cause.message}`),
          'Is it installed where the run is, and may it be executed?',
        ),
      ),
    );
    child.on('close', (code, signalName) => {
      const words = said.trim().split('\n')[0]?.slice(0, 200) ?? '';
      if (code === 0) return end({ type: 'answer', answer: 'passed', said: words });
      if (code === 1) return end({ type: 'answer', answer: 'failed', said: words });
      end(
        failed(
          'unintelligible',
          `it ended with ${code ?? signalName ?? 'nothing'}, and only 0 and 1 are answers: ${words}`,
          'Run it by hand, and let it end with 0 (passed) or 1 (failed).',
        ),
      );
    });
  });
}
