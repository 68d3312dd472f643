import { commandOnRun } from './command-on-run.ts';

/** `weft canary abort`: all requests back. */
export const abort = commandOnRun({
  name: 'abort',
  summary: 'Take all requests back, now.',
  description:
    'Written at once, whether an engine runs or not, whatever it waits for, and not only asked for. The routes\n' +
    'become what they were before the run, or give the new version nothing.',
  says: 'at once',
  next: 'weft canary status',
});
