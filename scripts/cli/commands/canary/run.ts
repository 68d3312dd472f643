import { command, formatOption } from '../../command.ts';
import { clusterOptions, metricsOptions, planOptions, writeOptions } from './options.ts';

/** `weft canary run`: drives a run to its end. */
export const run = command({
  name: 'run',
  summary: 'Move requests to another version, step by step.',
  description:
    'Writes the next weight when the proxies hold the one before, its time is over, the metrics say that the\n' +
    'new version is no worse, and enough pods are ready; takes all requests back when it is worse. A run that\n' +
    'is there already goes on where it is. Ctrl-C leaves the weights as they are: the run waits for the next\n' +
    '`run`, or for `abort`; a second Ctrl-C ends at once.\n' +
    'Exit code 0: promoted, or settled where the plan says so. 1: rolled back or inconclusive, see -o json.',
  arguments: [{ name: '[service]', says: 'Service whose requests are moved; may be left out with --plan' }],
  options: {
    ...planOptions,
    takeOver: { type: 'boolean', says: 'go on with a run that another machine seems to hold' },
    supersede: {
      type: 'boolean',
      says: 'where a run with another plan is under way: take it back to 0 %, then begin this one',
    },
    resume: { type: 'boolean', says: 'only go on with a run that is there: for jobs that are started again' },
    ...clusterOptions,
    ...metricsOptions,
    ...writeOptions,
    format: formatOption('text', 'json'),
  },
  examples: [
    { line: 'weft canary run order-service -n shop --from v1 --to v2 --yes', says: 'in usual steps' },
    { line: 'weft canary run --plan canary.yaml --yes -o json', says: 'by a plan, for a pipeline' },
    { line: 'weft canary run --plan canary.yaml --dry-run=server', says: 'the first write, judged by the cluster' },
  ],
  next: 'weft canary status -w, from any other machine',
  async run({ values, positionals: [service] }, world) {
    const { runRun } = await import('../../canary/run-run.ts');
    return runRun({ ...values, service }, world);
  },
});
