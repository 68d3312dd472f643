import { command, formatOption } from '../../command.ts';
import { clusterOptions, holderOptions, writeOptions } from './options.ts';

/** `weft canary abort`: all requests back. */
export const abort = command({
  name: 'abort',
  summary: 'Take all requests back, now.',
  description:
    'Written at once, whether an engine runs or not, whatever it waits for, and not only asked for. The routes\n' +
    'become what they were before the run, or give the new version nothing.',
  arguments: [{ name: '<service>', says: 'Service with the run' }],
  options: { ...holderOptions, ...clusterOptions, ...writeOptions, format: formatOption('text', 'json') },
  examples: [
    { line: 'weft canary abort order-service -n shop --yes', says: 'at once' },
    { line: 'weft canary abort order-service -n shop --dry-run=client', says: 'what it would do' },
  ],
  next: 'weft canary status',
  async run({ values, positionals: [service = ''] }, world) {
    const { runCommand } = await import('../../canary/run-command.ts');
    return runCommand('abort', { ...values, service }, world);
  },
});
