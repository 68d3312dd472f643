import type { Code } from './rule.ts';

/** What the hundreds of codes are about, in the order of reports. */
export const SECTIONS = [
  { digit: '1', title: 'Routing' },
  { digit: '2', title: 'Security' },
  { digit: '3', title: 'Resilience' },
  { digit: '4', title: 'Schema' },
  { digit: '5', title: 'Rollout and workloads' },
  { digit: '6', title: 'Architecture' },
] as const;

/** The title of the section of a code. */
export const sectionOf = (code: Code): string => SECTIONS.find(({ digit }) => digit === code[1])?.title ?? '';
