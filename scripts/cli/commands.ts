import type { Command } from './command.ts';
import { synth } from './commands/synth.ts';

/** All commands, in the order of `weft --help`. */
export const commands: readonly Command[] = [synth];
