import type { Explanation } from './explanation.ts';
import type { Steps } from './steps.ts';
import { ONE_TRY } from './tries.ts';

/** An explanation with what is not said left at nothing. */
export const answer = (
  { all, assumptions }: Steps,
  said: Pick<Explanation, 'outcome' | 'status'> & Partial<Explanation>,
): Explanation => ({
  steps: all,
  destinations: [],
  timeout: null,
  tries: ONE_TRY,
  mtls: { client: 'plain', server: null },
  authorization: { decision: 'allow', policy: null },
  route: null,
  upstream: null,
  fault: null,
  redirect: null,
  mirrors: [],
  circuitBreaker: null,
  assumptions,
  ...said,
});
