import { commandOnRun } from './command-on-run.ts';

/** `weft canary promote`: all requests. */
export const promote = commandOnRun({
  name: 'promote',
  summary: 'Give the new version all requests.',
  description: 'Does not wait for further steps or for a verdict. That enough pods are ready is still waited for.',
  says: 'all at once',
  next: 'weft canary status -w; weft canary undo takes it back',
});
