import { answer } from './answer.ts';
import type { Explanation } from './explanation.ts';
import type { Steps } from './steps.ts';

/** A name that the cluster's DNS does not know: the client never sends anything. */
export function unresolved(steps: Steps, why: string, meant: string | undefined): Explanation {
  steps.add('listener', 'no address: nothing is sent', meant === undefined ? why : `${why}; did you mean ${meant}?`);
  return answer(steps, { outcome: 'unroutable', status: null });
}
