import type { Rule } from '../rule.ts';

/** A document that unfolds to more than anybody means: the API server refuses it, and readers without a limit hang. */
export const tooLarge = {
  code: 'W403',
  name: 'too-large',
  severity: 'error',
  summary: 'A document is too large, or unfolds to more than any reader takes.',
  reads: [],
  *check({ problems }) {
    for (const { fault, at, message, fix } of problems) if (fault === 'too-large') yield { place: at, message, fix };
  },
} satisfies Rule;
