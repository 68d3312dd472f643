import type { Finding } from './rule.ts';

/** The order in which findings are reported. */
export const byPlace = (one: Finding, other: Finding): number =>
  compare(one.file, other.file) ||
  one.line - other.line ||
  one.column - other.column ||
  compare(one.code, other.code) ||
  compare(one.message, other.message);

const compare = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);
