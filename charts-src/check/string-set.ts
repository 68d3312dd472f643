import type { StringMatch } from '../imports/istio.ts';
import { re2Matches } from '../model/re2.ts';

/** The texts that a match accepts, in the simplest form that says the same. */
export type StringSet =
  | { readonly kind: 'all' }
  | { readonly kind: 'exact' | 'prefix' | 'regex'; readonly text: string; readonly ignoresCase: boolean };

const ALL: StringSet = { kind: 'all' };

/** Characters that mean something else than themselves in RE2. */
const META = /[\\^$.|?*+()[\]{}]/;

/** The set of a match of a URI, of which every path is one that begins with a slash. */
export function pathSet(match: StringMatch | undefined, ignoresCase: boolean): StringSet {
  const set = textSet(match, ignoresCase);
  return set.kind === 'prefix' && (set.text === '' || set.text === '/') ? ALL : set;
}

/** The set of any other match; one without any text asks only that there is something. */
export function textSet(match: StringMatch | undefined, ignoresCase = false): StringSet {
  if (match === undefined) return ALL;
  if (match.exact !== undefined) return { kind: 'exact', text: fold(match.exact, ignoresCase), ignoresCase };
  if (match.prefix !== undefined) return { kind: 'prefix', text: fold(match.prefix, ignoresCase), ignoresCase };
  if (match.regex !== undefined) return regexSet(match.regex);
  return ALL;
}

/** Envoy asks for a match of the whole text, so anchors at the ends say nothing, and `/api.*` is a prefix. */
function regexSet(regex: string): StringSet {
  const bare = regex.replace(/^\^/, '').replace(/(^|[^\\])\$$/, '$1');
  if (bare === '*' || bare === '.*') return ALL; // `*` is how Istio spells presence
  const [, literal, rest] = /^((?:\\[^a-zA-Z0-9]|[^\\^$.|?*+()[\]{}])*)(.*)$/s.exec(bare) ?? [];
  if (literal !== undefined) {
    const text = literal.replace(/\\(.)/g, '$1');
    if (rest === '') return { kind: 'exact', text, ignoresCase: false };
    if (rest === '.*') return { kind: 'prefix', text, ignoresCase: false };
  }
  return { kind: 'regex', text: bare, ignoresCase: false };
}

/** What every text of a regular expression begins with; a letter before `?`, `*` or `{` may be missing. */
function literalStart(regex: string): string {
  if (regex.includes('|')) return '';
  let start = '';
  for (let at = 0; at < regex.length; at++) {
    const escaped = regex[at] === '\\';
    const letter = escaped ? regex[++at] : regex[at];
    if (letter === undefined || (escaped ? /[a-zA-Z0-9]/.test(letter) : META.test(letter))) return start;
    if ('?*{'.includes(regex[at + 1] ?? ' ')) return start;
    start += letter;
  }
  return start;
}

const fold = (text: string, ignoresCase: boolean): string => (ignoresCase ? text.toLowerCase() : text);

/** Whether every text of the second set is for certain in the first. False where that cannot be told. */
export function setCovers(general: StringSet, specific: StringSet): boolean {
  if (general.kind === 'all') return true;
  if (specific.kind === 'all') return false;
  // A set that ignores case holds both cases of every letter: one that does not cannot cover it, if there is a letter.
  if (specific.ignoresCase && !general.ignoresCase && /[a-z]/.test(specific.text)) return false;
  const text = fold(specific.text, general.ignoresCase);
  switch (general.kind) {
    case 'exact':
      return specific.kind === 'exact' && text === general.text;
    case 'prefix':
      return (specific.kind === 'regex' ? fold(literalStart(specific.text), general.ignoresCase) : text).startsWith(
        general.text,
      );
    case 'regex':
      if (specific.kind === 'exact') return re2Matches(general.text, specific.text) === true;
      return specific.kind === 'regex' && specific.text === general.text;
  }
}

/** Whether no text is for certain in both. */
export function setsAreDisjoint(one: StringSet, other: StringSet): boolean {
  if (one.kind === 'all' || other.kind === 'all') return false;
  const ignoresCase = one.ignoresCase || other.ignoresCase;
  const [left, right] = [fold(one.text, ignoresCase), fold(other.text, ignoresCase)];
  if (one.kind === 'regex' || other.kind === 'regex') {
    if (one.kind === 'exact') return re2Matches(other.text, one.text) === false;
    if (other.kind === 'exact') return re2Matches(one.text, other.text) === false;
    return false;
  }
  if (one.kind === 'exact') return other.kind === 'exact' ? left !== right : !left.startsWith(right);
  if (other.kind === 'exact') return !right.startsWith(left);
  return !left.startsWith(right) && !right.startsWith(left);
}
