import type { Rule } from '../rule.ts';
import { kindProblem } from '../validation/known-kind.ts';

/** An apiVersion and kind that no cluster has: nothing of the object is ever read. */
export const unknownKind = {
  code: 'W412',
  name: 'unknown-kind',
  severity: 'error',
  summary: 'There is no such kind in this version of the API.',
  reads: ['*'],
  *check({ manifests }) {
    for (const manifest of manifests) {
      const problem = kindProblem(manifest);
      if (problem !== undefined)
        yield {
          manifest,
          at: [problem.at],
          message: `${problem.what}: the API server refuses the object`,
          fix: problem.fix,
        };
    }
  },
} satisfies Rule;
