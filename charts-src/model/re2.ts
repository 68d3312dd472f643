import { RE2JS } from 're2js';

/** Patterns that were compiled before; undefined for those that RE2 refuses. */
const compiled = new Map<string, ReturnType<typeof RE2JS.compile> | undefined>();

/**
 * Whether a pattern matches a text as a whole, as Envoy asks its RE2; undefined when RE2 refuses the pattern.
 * JavaScript's own patterns know other things, such as lookahead, and not `(?i)`.
 * Source: Envoy's RegexMatcher, RE2::FullMatch
 */
export const re2Matches = (pattern: string, text: string): boolean | undefined => re2(pattern)?.matches(text);

/**
 * A text with every match of a pattern replaced, as Envoy's `regex_rewrite` does it: `\1` names a group, `\\` is a
 * backslash. Undefined when RE2 refuses the pattern.
 * Source: RE2::GlobalReplace
 */
export function re2Replace(pattern: string, text: string, substitution: string): string | undefined {
  const matcher = re2(pattern)?.matcher(text);
  if (matcher === undefined) return undefined;
  let replaced = '';
  let end = 0;
  while (matcher.find()) {
    replaced += text.slice(end, matcher.start());
    replaced += substitution.replace(/\\(\d|\\)/g, (_, said: string) =>
      said === '\\' ? said : (matcher.group(Number(said)) ?? ''),
    );
    end = matcher.end();
  }
  return replaced + text.slice(end);
}

function re2(pattern: string): ReturnType<typeof RE2JS.compile> | undefined {
  if (compiled.has(pattern)) return compiled.get(pattern);
  let found: ReturnType<typeof RE2JS.compile> | undefined;
  try {
    found = RE2JS.compile(pattern);
  } catch {
    found = undefined; // it says what is wrong in words of its own; what matters here is that Envoy refuses it too
  }
  compiled.set(pattern, found);
  return found;
}
