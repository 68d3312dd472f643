import type { Rule } from '../rule.ts';

/** A mapping with one key twice: kubectl takes the later one without a word, other readers refuse it or take the first. */
export const duplicateKey = {
  code: 'W402',
  name: 'duplicate-key',
  severity: 'error',
  summary: 'A mapping holds the same key twice.',
  reads: [],
  *check({ problems }) {
    for (const { fault, at, message, fix } of problems)
      if (fault === 'duplicate-key') yield { place: at, message, fix };
  },
} satisfies Rule;
