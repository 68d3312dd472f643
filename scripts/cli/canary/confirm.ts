import { createInterface } from 'node:readline/promises';
import { Failure } from '../failure.ts';
import type { World } from '../world.ts';

/**
 * Asks before something is written. Without a terminal nobody can answer, so nothing is done.
 * @throws Failure when the answer is no, or when there is nobody to ask
 */
export async function confirm(question: string, { yes }: { readonly yes: boolean }, world: World): Promise<void> {
  if (yes) return;
  const ask = world.ask ?? askOnTerminal();
  if (ask === undefined)
    throw new Failure(`${question} There is no terminal to ask, and nothing was done. Say yes beforehand: --yes`);
  const answer = await ask(`${question} [y/N] `);
  if (!/^y(?:es)?$/i.test(answer.trim())) throw new Failure('nothing was done');
}

/** Undefined: there is no terminal. */
function askOnTerminal(): World['ask'] {
  if (!process.stdin.isTTY || !process.stderr.isTTY) return undefined;
  return async (question) => {
    const terminal = createInterface({ input: process.stdin, output: process.stderr });
    try {
      return await terminal.question(question);
    } finally {
      terminal.close();
    }
  };
}
