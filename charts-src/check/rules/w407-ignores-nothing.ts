import type { Rule } from '../rule.ts';

/**
 * An entry of configuration that hides nothing any more. Which entries do is known when all meshes are judged, so it is
 * not found here but by `unusedIgnores`; this is its head for lists and pages.
 */
export const ignoresNothing = {
  code: 'W407',
  name: 'ignores-nothing',
  severity: 'info',
  summary: 'An entry that ignores findings ignores none.',
  reads: ['*'],
  check: () => [],
} satisfies Rule;
