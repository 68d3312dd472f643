import type { Rule } from '../rule.ts';

/** A document that no YAML reader understands: kubectl stops at it, and nothing behind it in the file is applied. */
export const noYaml = {
  code: 'W400',
  name: 'no-yaml',
  severity: 'error',
  summary: 'A document is no YAML, so nothing in it can be applied.',
  reads: [],
  *check({ problems }) {
    for (const { fault, at, message, fix } of problems) if (fault === 'syntax') yield { place: at, message, fix };
  },
} satisfies Rule;
