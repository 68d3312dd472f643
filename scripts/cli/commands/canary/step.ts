import { command, formatOption } from '../../command.ts';
import { clusterOptions, holderOptions, writeOptions } from './options.ts';

/** `weft canary step`: the next step now. */
export const step = command({
  name: 'step',
  summary: 'Go on with the next step now.',
  description:
    'Does not wait for the rest of the hold time or for a verdict. That pods are ready and that proxies hold the\n' +
    'weight is still waited for. Without an engine the wish stays on the object until the next `run`.',
  arguments: [{ name: '<service>', says: 'Service with the run' }],
  options: { ...holderOptions, ...clusterOptions, ...writeOptions, format: formatOption('text', 'json') },
  examples: [
    { line: 'weft canary step order-service -n shop --yes', says: 'now' },
    { line: 'weft canary step order-service -n shop --dry-run=client', says: 'what it would do' },
  ],
  next: 'weft canary status -w',
  async run({ values, positionals: [service = ''] }, world) {
    const { runCommand } = await import('../../canary/run-command.ts');
    return runCommand('step', { ...values, service }, world);
  },
});
