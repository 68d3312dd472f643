import { own } from '../model/own.ts';
import { isSame } from './canonical-json.ts';
import type { RequestMatch, TextMatch } from './plan.ts';
import type { Json } from './ports/cluster.ts';
import { fieldsIn, fieldsOf, type Fields } from './routes.ts';

/**
 * The matches of a route, each narrowed to requests that one of these matches as well. A pair that asks two things of
 * one header has no request that Istio could match: it is left out.
 */
export function narrowedMatches(route: Fields, matches: readonly RequestMatch[]): readonly Fields[] {
  const matching = fieldsOf(route['match']);
  return (matching.length === 0 ? [{}] : matching).flatMap((match) =>
    matches.flatMap((request): readonly Fields[] => {
      const both = narrowed(match, request);
      return both === undefined ? [] : [both];
    }),
  );
}

/** Whether a route's own matches leave room for all of these. */
export const canNarrow = (route: Fields, matches: readonly RequestMatch[]): boolean =>
  narrowedMatches(route, matches).length === Math.max(1, fieldsOf(route['match']).length) * matches.length;

/** Whether a route takes no requests but such that one of these matches. */
export function isNarrowed(route: Fields, matches: readonly RequestMatch[]): boolean {
  const matching = fieldsOf(route['match']);
  return (
    matching.length > 0 && matching.every((match) => matches.some((request) => isSame(narrowed(match, request), match)))
  );
}

function narrowed(match: Fields, { headers, cookies, sourceLabels }: RequestMatch): Fields | undefined {
  const asked: Record<string, Json> = {};
  for (const [name, text] of Object.entries(headers)) asked[name.toLowerCase()] = textMatch(text);
  for (const [name, text] of Object.entries(cookies)) asked['cookie'] = { regex: cookiePattern(name, text) };
  const both = merged(fieldsIn(match['headers']), asked);
  const labels = merged(fieldsIn(match['sourceLabels']), sourceLabels);
  if (both === undefined || labels === undefined) return undefined;
  return {
    ...match,
    ...(Object.keys(both).length > 0 && { headers: both }),
    ...(Object.keys(labels).length > 0 && { sourceLabels: labels }),
  };
}

/** Undefined when both ask different things of one name. */
function merged(one: Fields, other: Fields): Fields | undefined {
  for (const [name, value] of Object.entries(other)) {
    const asked = own(one, name);
    if (asked !== undefined && !isSame(asked, value)) return undefined;
  }
  return { ...one, ...other };
}

// A copy as plain JSON: the union has no index signature.
const textMatch = (text: TextMatch): Json => ({ ...text });

/** One cookie among others in the header `cookie`, as RE2 for the whole value. */
function cookiePattern(name: string, text: TextMatch): string {
  const value =
    'exact' in text ? escaped(text.exact) : 'prefix' in text ? `${escaped(text.prefix)}[^;]*` : `(?:${text.regex})`;
  return `(?:.*;\\s*)?${escaped(name)}=${value}(?:;.*)?`;
}

const escaped = (text: string): string => text.replace(/[\\^$.|?*+()[\]{}]/g, '\\$&');
