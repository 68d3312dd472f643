import { command, formatOption } from '../../command.ts';
import { clusterOptions, holderOptions, writeOptions } from './options.ts';

/** `weft canary resume`: on with a run. */
export const resume = command({
  name: 'resume',
  summary: 'Go on with a run that waits for somebody.',
  description:
    'Ends a pause: one that was asked for, one that the plan has, or one that a policy made. The reason is in\n' +
    '`weft canary status`.',
  arguments: [{ name: '<service>', says: 'Service with the run' }],
  options: { ...holderOptions, ...clusterOptions, ...writeOptions, format: formatOption('text', 'json') },
  examples: [
    { line: 'weft canary resume order-service -n shop --yes', says: 'go on' },
    { line: 'weft canary resume order-service -n shop --dry-run=client', says: 'what it would do' },
  ],
  next: 'weft canary status -w',
  async run({ values, positionals: [service = ''] }, world) {
    const { runCommand } = await import('../../canary/run-command.ts');
    return runCommand('resume', { ...values, service }, world);
  },
});
