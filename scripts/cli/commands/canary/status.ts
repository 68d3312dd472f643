import { command, formatOption } from '../../command.ts';
import { clusterOptions, holderOptions } from './options.ts';

/** `weft canary status`: where a run stands. */
export const status = command({
  name: 'status',
  summary: 'Say where a run stands, and why.',
  description:
    'Reads the VirtualService that holds the run: phase, step, the weight that is wanted, the one that is\n' +
    'written and the one that the proxies hold, verdicts with their reasons, and what happened so far.\n' +
    'With -w it goes on until the run is over. Exit code 1 when it was rolled back or is inconclusive.',
  arguments: [{ name: '<service>', says: 'Service with the run' }],
  options: {
    ...holderOptions,
    watch: { type: 'boolean', short: 'w', says: 'show every change until the run is over' },
    ...clusterOptions,
    format: formatOption('text', 'json'),
  },
  examples: [
    { line: 'weft canary status order-service -n shop', says: 'now' },
    { line: 'weft canary status order-service -n shop -o json', says: 'for programs' },
  ],
  next: 'weft canary promote, pause or abort',
  async run({ values, positionals: [service = ''] }, world) {
    const { runStatus } = await import('../../canary/run-status.ts');
    return runStatus({ ...values, service }, world);
  },
});
