import type { Rule } from '../rule.ts';

/** A document that is YAML, but no Kubernetes object: kubectl refuses it. */
export const notAnObject = {
  code: 'W404',
  name: 'not-an-object',
  severity: 'error',
  summary: 'A document is no Kubernetes object.',
  reads: [],
  *check({ problems }) {
    for (const { fault, at, message, fix } of problems)
      if (fault === 'not-an-object') yield { place: at, message, fix };
  },
} satisfies Rule;
