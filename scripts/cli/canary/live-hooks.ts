import { spawn } from 'node:child_process';
import type { Cancellation } from '../../../charts-src/canary/ports/cancellation.ts';
import type { PortFailure, Result } from '../../../charts-src/canary/ports/failure.ts';
import type { HookAnswer, HookContext, Hooks } from '../../../charts-src/canary/ports/hooks.ts';
import { limit } from '../../cluster/limit.ts';
import type { World } from '../world.ts';

/** Web calls and commands of a plan, from this machine. */
export const liveHooks = ({ cwd, env }: Pick<World, 'cwd' | 'env'>): Hooks => ({
  call: (hook, context, signal) =>
    hook.type === 'web'
      ? webCall(hook.url, hook.headers, { timeoutMs: hook.timeoutMs, context, signal })
      : command(hook.command, { timeoutMs: hook.timeoutMs, context, signal, cwd, env }),
});

interface Call {
  readonly timeoutMs: number;
  readonly context: HookContext;
  readonly signal: Cancellation;
}

/** So much of an answer is kept for status. */
const LONGEST_WORDS = 200;

async function webCall(
  url: string,
  headers: Readonly<Record<string, string>>,
  { timeoutMs, context, signal }: Call,
): Promise<Result<HookAnswer>> {
  const within = limit(signal, timeoutMs);
  const { href, shown, authorization } = addressOf(url);
  try {
    const response = await fetch(href, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': context.key, ...authorization, ...headers },
      body: JSON.stringify(context),
      signal: within.signal,
    });
    const said = words(await response.text()) || `status ${response.status}`;
    return {
      ok: true,
      value: response.ok ? { answer: 'yes', said } : { answer: 'no', said: `${response.status}: ${said}` },
    };
  } catch (error) {
    return {
      ok: false,
      failure: within.failure(`hook ${context.hook}: POST ${shown}`, true) ?? unreachable(context, shown, error),
    };
  } finally {
    within.lift();
  }
}

/** `fetch` takes no password in an address, and what is said of a hook is kept where others read it: with the run. */
function addressOf(text: string) {
  const url = new URL(text);
  const pair = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
  const authorization = pair === ':' ? {} : { authorization: `Basic ${Buffer.from(pair).toString('base64')}` };
  const shown = `${url.origin}${url.pathname}`;
  url.username = '';
  url.password = '';
  return { href: url.href, shown, authorization };
}

const unreachable = ({ hook }: HookContext, url: string, error: unknown): PortFailure => {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const why = cause instanceof Error ? cause.message : String(cause);
  return {
    type: 'unreachable',
    retryable: true,
    uncertain: true,
    message: `hook ${hook}: ${url} does not answer: ${why}`,
    cause: error,
  };
};

function command(
  [program = '', ...args]: readonly string[],
  { timeoutMs, context, signal, cwd, env }: Call & Pick<World, 'cwd' | 'env'>,
): Promise<Result<HookAnswer>> {
  const within = limit(signal, timeoutMs);
  const what = `hook ${context.hook}: ${program}`;
  return new Promise((resolve) => {
    const end = (result: Result<HookAnswer>): void => {
      within.lift();
      resolve(result);
    };
    const child = spawn(program, args, {
      cwd,
      env: { ...env, ...variables(context) },
      stdio: ['ignore', 'pipe', 'pipe'],
      // A group of its own: what it started ends with it.
      detached: true,
    });
    let said = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => (said = (said + text).slice(-4_000)));
    const kill = (): void => {
      try {
        if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
      } catch {
        // It is gone already.
      }
    };
    within.signal.addEventListener('abort', kill, { once: true });
    child.once('error', (error: NodeJS.ErrnoException) => {
      const why = error.code === 'ENOENT' ? 'there is no such program' : error.message;
      end({ ok: false, failure: { type: 'rejected', retryable: false, message: `${what}: ${why}`, cause: error } });
    });
    child.once('close', (code) => {
      const failure = within.failure(what, true);
      if (failure !== undefined) return end({ ok: false, failure });
      const last = words(said.trimEnd().split('\n').at(-1) ?? '') || `exit code ${code}`;
      return end({ ok: true, value: { answer: code === 0 ? 'yes' : 'no', said: last } });
    });
  });
}

/** `WEFT_RUN`, `WEFT_STEP` and so on. */
const variables = (context: HookContext): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(context).map(([name, value]) => [`WEFT_${name.toUpperCase()}`, String(value)]));

const words = (text: string): string => text.replaceAll(/\s+/g, ' ').trim().slice(0, LONGEST_WORDS);
