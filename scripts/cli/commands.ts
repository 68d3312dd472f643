import type { Command } from './command.ts';
import { contract } from './commands/contract.ts';
import { create } from './commands/create.ts';
import { synth } from './commands/synth.ts';

/** All commands, in the order of `weft --help`. */
export const commands: readonly Command[] = [create, contract, synth];
