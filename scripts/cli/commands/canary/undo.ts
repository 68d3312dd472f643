import { command, formatOption } from '../../command.ts';
import { clusterOptions, holderOptions, writeOptions } from './options.ts';

/** `weft canary undo`: as before the run. */
export const undo = command({
  name: 'undo',
  summary: 'Make the routes what they were before a run that is over.',
  description:
    'Weights and destinations become what the run found, and nothing on the object tells of it any more. Only\n' +
    'within the time that the plan gives for it.',
  arguments: [{ name: '<service>', says: 'Service with the run' }],
  options: { ...holderOptions, ...clusterOptions, ...writeOptions, format: formatOption('text', 'json') },
  examples: [
    { line: 'weft canary undo order-service -n shop --yes', says: 'as it was' },
    { line: 'weft canary undo order-service -n shop --dry-run=client', says: 'what it would do' },
  ],
  next: 'weft canary status',
  async run({ values, positionals: [service = ''] }, world) {
    const { runCommand } = await import('../../canary/run-command.ts');
    return runCommand('undo', { ...values, service }, world);
  },
});
