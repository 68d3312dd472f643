import type { CommandEntry } from './command.ts';
import { canary } from './commands/canary.ts';
import { check } from './commands/check.ts';
import { completion } from './commands/completion.ts';
import { contract } from './commands/contract.ts';
import { create } from './commands/create.ts';
import { diff } from './commands/diff.ts';
import { docs } from './commands/docs.ts';
import { doctor } from './commands/doctor.ts';
import { explain } from './commands/explain.ts';
import { graph } from './commands/graph.ts';
import { synth } from './commands/synth.ts';

/** All commands, in the order of `weft --help`. */
export const commands: readonly CommandEntry[] = [
  create,
  contract,
  synth,
  check,
  explain,
  diff,
  graph,
  canary,
  docs,
  doctor,
  completion,
];
