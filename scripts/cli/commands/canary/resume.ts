import { commandOnRun } from './command-on-run.ts';

/** `weft canary resume`: on with a run. */
export const resume = commandOnRun({
  name: 'resume',
  summary: 'Go on with a run that waits for somebody.',
  description:
    'Ends a pause: one that was asked for, one that the plan has, or one that a policy made. The reason is in\n' +
    '`weft canary status`.',
  says: 'go on',
  next: 'weft canary status -w',
});
