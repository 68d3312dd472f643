import { execFile } from 'node:child_process';
import type { World } from '../world.ts';

/** What came of running a tool. */
export type ToolRun =
  | { readonly kind: 'missing' }
  | { readonly kind: 'ran'; readonly isFine: boolean; readonly out: string; readonly err: string };

/** Long enough for a cluster that is far away; nobody waits longer for a look around. */
const TIMEOUT_MS = 10_000;

/** Runs a tool of the PATH, and never throws. */
export const runTool = (
  command: string,
  args: readonly string[],
  { env, cwd, signal }: Pick<World, 'env' | 'cwd' | 'signal'>,
): Promise<ToolRun> =>
  new Promise((resolve) => {
    execFile(command, args, { env, cwd, signal, timeout: TIMEOUT_MS, encoding: 'utf8' }, (error, out, err) => {
      if (error && 'code' in error && error.code === 'ENOENT') resolve({ kind: 'missing' });
      else resolve({ kind: 'ran', isFine: error === null, out, err });
    });
  });

/** A field of a JSON document that a tool printed; undefined when it is not there. */
export function fieldOf(text: string, ...path: readonly string[]): string | undefined {
  try {
    let at: unknown = JSON.parse(text);
    for (const name of path) at = typeof at === 'object' && at !== null ? Reflect.get(at, name) : undefined;
    return typeof at === 'string' ? at : undefined;
  } catch {
    return undefined;
  }
}
