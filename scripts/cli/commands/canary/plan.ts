import { command, formatOption } from '../../command.ts';
import { clusterOptions, metricsOptions, planOptions } from './options.ts';

/** `weft canary plan`: what a run would write, and wait for. */
export const plan = command({
  name: 'plan',
  summary: 'Show what a run would write, and wait for.',
  description:
    'Reads the plan and the objects that it is about, and prints step by step what would be written, what is\n' +
    'waited for, and how long it takes at least. All that does not fit is told at once: a subset that is not\n' +
    'declared, a DestinationRule that is missing, another VirtualService for the host, rights that are missing.',
  arguments: [{ name: '[service]', says: 'Service whose requests are moved; may be left out with --plan' }],
  options: {
    ...planOptions,
    whole: { type: 'boolean', says: 'print the whole object that each step writes, and not only what changes' },
    ...clusterOptions,
    ...metricsOptions,
    format: formatOption('text', 'json'),
  },
  examples: [
    { line: 'weft canary plan order-service -n shop --from v1 --to v2', says: 'a plan of usual steps' },
    { line: 'weft canary plan --plan canary.yaml --whole', says: 'a plan from a file, with whole objects' },
    { line: 'weft canary plan --plan canary.yaml -o json', says: 'for programs, with all defaults' },
  ],
  next: 'weft canary run',
  async run({ values, positionals: [service] }, world) {
    const { runPlan } = await import('../../canary/run-plan.ts');
    return runPlan({ ...values, service }, world);
  },
});
