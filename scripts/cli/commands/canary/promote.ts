import { command, formatOption } from '../../command.ts';
import { clusterOptions, holderOptions, writeOptions } from './options.ts';

/** `weft canary promote`: all requests. */
export const promote = command({
  name: 'promote',
  summary: 'Give the new version all requests.',
  description: 'Does not wait for further steps or for a verdict. That enough pods are ready is still waited for.',
  arguments: [{ name: '<service>', says: 'Service with the run' }],
  options: { ...holderOptions, ...clusterOptions, ...writeOptions, format: formatOption('text', 'json') },
  examples: [
    { line: 'weft canary promote order-service -n shop --yes', says: 'all at once' },
    { line: 'weft canary promote order-service -n shop --dry-run=client', says: 'what it would do' },
  ],
  next: 'weft canary status -w; weft canary undo takes it back',
  async run({ values, positionals: [service = ''] }, world) {
    const { runCommand } = await import('../../canary/run-command.ts');
    return runCommand('promote', { ...values, service }, world);
  },
});
