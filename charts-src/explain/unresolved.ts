import { answer } from './answer.ts';
import type { Explanation } from './explanation.ts';
import type { Steps } from './steps.ts';

/** What the step says of a name that has no address: a request to it is a slip of the pen more often than a question. */
export const NO_ADDRESS = 'no address: nothing is sent';

/** A name that the cluster's DNS does not know: the client never sends anything. */
export function unresolved(steps: Steps, why: string, meant: string | undefined): Explanation {
  steps.add('listener', NO_ADDRESS, meant === undefined ? why : `${why}; did you mean ${meant}?`);
  return answer(steps, { outcome: 'unroutable', status: null });
}
