import type { StringMatch } from '../../imports/istio.ts';
import type { Path } from '../../model/schema.ts';
import { requestRules } from '../request-rules.ts';
import type { Hit, Rule } from '../rule.ts';

/** Headers whose values are long texts: nobody sends one that is nothing but the word that is looked for. */
const LONG = new Set([
  'user-agent',
  'cookie',
  'referer',
  'accept',
  'accept-language',
  'accept-encoding',
  'content-type',
]);

/** A regex is compared with the whole text, and this one was written as if it were looked for in it. */
export const regexOfWholeText = {
  code: 'W134',
  name: 'regex-of-whole-text',
  severity: 'warning',
  summary: 'A regex of a match is compared with the whole text, and can hardly be all of it.',
  reads: ['VirtualService'],
  *check(graph) {
    const told = new Set<unknown>();
    for (const { rule } of requestRules(graph))
      for (const { match, place } of rule.matches) {
        if (told.has(match)) continue;
        told.add(match);
        const fields: readonly (readonly [StringMatch | undefined, Path, string])[] = [
          [match.uri, ['uri'], 'uri'],
          ...Object.entries({ ...match.headers }).map(
            ([name, value]) => [value, ['headers', name], name.toLowerCase()] as const,
          ),
        ];
        for (const [value, path, name] of fields) {
          const found = value?.regex === undefined ? undefined : judge(value.regex, name);
          if (found !== undefined)
            yield { manifest: place.virtualService.manifest, at: [...place.at, ...path, 'regex'], ...found };
        }
      }
  },
} satisfies Rule;

/** Source: Envoy's StringMatcher.safe_regex, which asks for a match of the whole text */
function judge(regex: string, name: string): Pick<Hit, 'message' | 'fix' | 'severity'> | undefined {
  const bare = regex.replace(/^\^/, '').replace(/\$$/, '');
  const isLiteral = bare !== '' && !/[\\^$.|?*+()[\]{}]/.test(bare);
  if (name === 'uri') {
    if (/^[A-Za-z0-9_-]/.test(bare) && !bare.includes('|'))
      return {
        severity: 'error',
        message: `"${regex}" matches no path: it is compared with the whole path, which begins with "/"`,
        fix: `write "/${bare}"`,
      };
    return isLiteral && !bare.slice(1).endsWith('/') && !regex.endsWith('$')
      ? {
          severity: 'info',
          message: `"${regex}" is compared with the whole path, and has no pattern in it: it matches "${bare}" and nothing below`,
          fix: `write exact: ${bare}, or prefix: ${bare} where what is below is meant too`,
        }
      : undefined;
  }
  if (!isLiteral || !LONG.has(name)) return undefined;
  return {
    message: `"${regex}" is compared with the whole value of ${name}, which is rarely nothing else: no request matches`,
    fix: `write ".*${bare}.*"`,
  };
}
