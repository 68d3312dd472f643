import { commandOnRun } from './command-on-run.ts';

/** `weft canary undo`: as before the run. */
export const undo = commandOnRun({
  name: 'undo',
  summary: 'Make the routes what they were before a run that is over.',
  description:
    'Weights and destinations become what the run found, and nothing on the object tells of it any more. Only\n' +
    'within the time that the plan gives for it.',
  says: 'as it was',
  next: 'weft canary status',
});
