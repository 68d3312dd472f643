import { catalogue } from '../../charts-src/check/catalogue.ts';
import { closest } from '../../charts-src/model/closest.ts';
import type { CommandEntry } from './command.ts';
import { bash } from './completion/bash.ts';
import { fish } from './completion/fish.ts';
import { powershell } from './completion/powershell.ts';
import { wordsOf, type CommandWords } from './completion/words.ts';
import { zsh } from './completion/zsh.ts';
import { exitCode, type ExitCode } from './exit-code.ts';
import { Failure } from './failure.ts';
import type { World } from './world.ts';

const SHELLS: Readonly<Record<string, (commands: readonly CommandWords[]) => string>> = { bash, zsh, fish, powershell };

/** Prints the script for a shell. */
export function runCompletion(shell: string, commands: readonly CommandEntry[], world: World): ExitCode {
  const script = Object.hasOwn(SHELLS, shell) ? SHELLS[shell] : undefined;
  if (script === undefined) {
    const meant = closest(shell, Object.keys(SHELLS));
    throw new Failure(
      `there is no completion for ${JSON.stringify(shell)}. ${meant === undefined ? `There is: ${Object.keys(SHELLS).join(', ')}` : `Did you mean ${meant}?`}`,
    );
  }
  world.out(
    script(
      wordsOf(
        commands,
        catalogue.map(({ code }) => code),
      ),
    ),
  );
  return exitCode.ok;
}
