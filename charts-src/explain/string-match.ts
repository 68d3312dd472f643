import type { StringMatch } from '../imports/istio.ts';
import { re2Matches } from '../model/re2.ts';

/** Whether a match only asks that something is there: `{}`, or the regular expression `*`, which is no pattern.
 * Source: Istio's canBeConvertedToPresentMatch */
export const isPresenceMatch = (match: StringMatch): boolean =>
  match.regex === '*' || (match.exact === undefined && match.prefix === undefined && match.regex === undefined);

/** Whether a text matches. Regular expressions match the whole text. */
export function stringMatches(match: StringMatch, text: string, ignoreCase = false): boolean {
  const fold = (value: string): string => (ignoreCase ? value.toLowerCase() : value);
  if (match.exact !== undefined) return fold(text) === fold(match.exact);
  if (match.prefix !== undefined) return fold(text).startsWith(fold(match.prefix));
  // Case is never ignored for a pattern: it says `(?i)` itself.
  if (match.regex !== undefined) return re2Matches(match.regex, text) ?? false;
  return true;
}

/** A match in words: `prefix "/api"`. */
export function matchText(match: StringMatch): string {
  if (isPresenceMatch(match)) return 'present';
  if (match.exact !== undefined) return `"${match.exact}"`;
  if (match.prefix !== undefined) return `prefix "${match.prefix}"`;
  return `regex "${match.regex ?? ''}"`;
}
