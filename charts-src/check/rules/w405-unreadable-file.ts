import type { Rule } from '../rule.ts';

/** A file that could not be opened: what is in it was not judged. */
export const unreadableFile = {
  code: 'W405',
  name: 'unreadable-file',
  severity: 'error',
  summary: 'A file could not be read.',
  reads: [],
  *check({ problems }) {
    for (const { fault, at, message, fix } of problems) if (fault === 'unreadable') yield { place: at, message, fix };
  },
} satisfies Rule;
