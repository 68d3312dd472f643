import { command, formatOption } from '../../command.ts';
import { clusterOptions, metricsOptions, planOptions } from './options.ts';

/** `weft canary simulate`: what a plan would find, and how long it takes. */
export const simulate = command({
  name: 'simulate',
  summary: 'Say what a plan would find, and in what time.',
  description:
    'Runs the plan many times against a model of the traffic: requests a second and the rate of errors from\n' +
    'the options, or from the history of Prometheus. Prints the expected duration, the smallest regression that\n' +
    'is found nine times of ten, and how often a version that is no worse is rolled back. No cluster is written.',
  arguments: [{ name: '[service]', says: 'Service whose requests are moved; may be left out with --plan' }],
  options: {
    ...planOptions,
    rate: { type: 'string', value: 'number', says: 'requests a second, of both versions together' },
    errors: { type: 'string', value: 'percent', says: 'per cent of requests that fail today (default: 0.1)' },
    pods: { type: 'string', value: 'number', says: 'pods of each version (default: 2)' },
    runs: { type: 'string', value: 'number', says: 'how often the plan is run (default: 200)' },
    seed: {
      type: 'string',
      value: 'number',
      says: 'chance begins here, so that a result can be had again (default: 1)',
    },
    history: {
      type: 'string',
      value: 'duration',
      says: 'learn rate, errors and pods from so much history of Prometheus',
    },
    ...clusterOptions,
    ...metricsOptions,
    format: formatOption('text', 'json'),
  },
  examples: [
    { line: 'weft canary simulate --plan canary.yaml --rate 50 --runs 50', says: 'a plan at 50 requests a second' },
    { line: 'weft canary simulate --plan canary.yaml --rate 500 --runs 20 -o json', says: 'for programs, and quicker' },
  ],
  next: 'weft canary plan',
  async run({ values, positionals: [service] }, world) {
    const { runSimulate } = await import('../../canary/run-simulate.ts');
    return runSimulate({ ...values, service }, world);
  },
});
