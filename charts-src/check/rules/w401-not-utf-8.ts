import type { Rule } from '../rule.ts';

/** Bytes that are no text: a binary, or text in another encoding than UTF-8. */
export const notUtf8 = {
  code: 'W401',
  name: 'not-utf-8',
  severity: 'error',
  summary: 'A file is not text in UTF-8.',
  reads: [],
  *check({ problems }) {
    for (const { fault, at, message, fix } of problems) if (fault === 'encoding') yield { place: at, message, fix };
  },
} satisfies Rule;
