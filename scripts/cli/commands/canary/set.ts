import { command, formatOption } from '../../command.ts';
import { clusterOptions, holderOptions, writeOptions } from './options.ts';

/** `weft canary set`: one weight, on the mesh, in the data file, or both. */
export const set = command({
  name: 'set',
  summary: 'Give a version so many per cent of the requests.',
  description:
    'On the mesh: pods first, then the weight, then the answer of the proxies, as in a run; the weight stays.\n' +
    'If a run is under way, it takes the weight over and goes on from there. With --file the environment’s data\n' +
    'file is edited instead, comments kept, without a cluster; with --file and --live both.',
  arguments: [
    { name: '<service>', says: 'Service whose requests are moved' },
    { name: '<weights...>', says: 'version=per cent, such as v2=25; of two versions the other one gets the rest' },
  ],
  options: {
    file: {
      type: 'string',
      value: 'file',
      says: 'data file with the weights, such as environments/prod.yaml',
      completes: 'file',
    },
    live: { type: 'boolean', says: 'with --file: the mesh as well, and first' },
    ...holderOptions,
    destinationRule: {
      type: 'string',
      value: 'name',
      says: 'DestinationRule with the subsets (default: the service)',
    },
    ...clusterOptions,
    ...writeOptions,
    format: formatOption('text', 'json'),
  },
  examples: [
    { line: 'weft canary set order-service v2=25 -n shop --yes', says: 'on the mesh' },
    { line: 'weft canary set order-service v2=25 --file environments/prod.yaml', says: 'in the data file' },
  ],
  next: 'weft canary status; after --file: weft synth',
  async run({ values, positionals: [service = '', ...weights] }, world) {
    const { runSet } = await import('../../canary/run-set.ts');
    return runSet({ ...values, service, weights }, world);
  },
});
