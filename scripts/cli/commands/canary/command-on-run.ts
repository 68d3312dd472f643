import type { PlainCommand } from '../../canary/run-command.ts';
import { command, formatOption, type Command } from '../../command.ts';
import { clusterOptions, holderOptions, writeOptions } from './options.ts';

/** What tells the commands apart that ask a run for one thing. */
export interface CommandOnRun {
  readonly name: PlainCommand;
  readonly summary: string;
  readonly description: string;
  /** What its first example does. */
  readonly says: string;
  readonly next: string;
}

/** `weft canary <name> <service>`: asks the run of a service for something. */
export const commandOnRun = ({ name, summary, description, says, next }: CommandOnRun): Command =>
  command({
    name,
    summary,
    description,
    arguments: [{ name: '<service>', says: 'Service with the run' }],
    options: { ...holderOptions, ...clusterOptions, ...writeOptions, format: formatOption('text', 'json') },
    examples: [
      { line: `weft canary ${name} order-service -n shop --yes`, says },
      { line: `weft canary ${name} order-service -n shop --dry-run=client`, says: 'what it would do' },
    ],
    next,
    async run({ values, positionals: [service = ''] }, world) {
      const { runCommand } = await import('../../canary/run-command.ts');
      return runCommand(name, { ...values, service }, world);
    },
  });
