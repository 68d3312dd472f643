import { commandOnRun } from './command-on-run.ts';

/** `weft canary pause`: the weights stay. */
export const pause = commandOnRun({
  name: 'pause',
  summary: 'Let the weights stay as they are until somebody says resume.',
  description: 'The canary keeps its requests; a verdict that it is worse still takes them back, as the plan says.',
  says: 'stop here',
  next: 'weft canary resume, or abort',
});
