import { command, formatOption } from '../../command.ts';
import { clusterOptions, holderOptions, writeOptions } from './options.ts';

/** `weft canary pause`: the weights stay. */
export const pause = command({
  name: 'pause',
  summary: 'Let the weights stay as they are until somebody says resume.',
  description: 'The canary keeps its requests; a verdict that it is worse still takes them back, as the plan says.',
  arguments: [{ name: '<service>', says: 'Service with the run' }],
  options: { ...holderOptions, ...clusterOptions, ...writeOptions, format: formatOption('text', 'json') },
  examples: [
    { line: 'weft canary pause order-service -n shop --yes', says: 'stop here' },
    { line: 'weft canary pause order-service -n shop --dry-run=client', says: 'what it would do' },
  ],
  next: 'weft canary resume, or abort',
  async run({ values, positionals: [service = ''] }, world) {
    const { runCommand } = await import('../../canary/run-command.ts');
    return runCommand('pause', { ...values, service }, world);
  },
});
