import { commandOnRun } from './command-on-run.ts';

/** `weft canary step`: the next step now. */
export const step = commandOnRun({
  name: 'step',
  summary: 'Go on with the next step now.',
  description:
    'Does not wait for the rest of the hold time or for a verdict. That pods are ready and that proxies hold the\n' +
    'weight is still waited for. Without an engine the wish stays on the object until the next `run`.',
  says: 'now',
  next: 'weft canary status -w',
});
