import { httpRulesOf, type HttpRule } from '../../graph/http-rules.ts';
import { isDelegate } from '../../graph/virtual-services.ts';
import type { HttpMatch } from '../../graph/http-rules.ts';
import type { Rule } from '../rule.ts';

/**
 * A rewrite replaces the letters of the prefix and nothing else. `/shop` to `/` turns `/shop/cart` into `//cart`, and
 * `/shop/` to `/api` turns it into `/apicart`.
 */
export const rewriteDoublesSlash = {
  code: 'W126',
  name: 'rewrite-doubles-slash',
  severity: 'warning',
  summary: 'A rewrite of a prefix makes paths with two slashes, or with one too few.',
  also: [],
  reads: ['VirtualService'],
  *check(graph) {
    for (const virtualService of graph.of('VirtualService')) {
      if (isDelegate(virtualService)) continue;
      for (const rule of httpRulesOf(virtualService, graph.virtualServices).rules)
        for (const field of ['rewrite', 'redirect'] as const) {
          const to = field === 'rewrite' ? rule.http.rewrite?.uri : rule.http.redirect?.prefixRewrite;
          const found = to === undefined ? undefined : worstPrefix(rule, to);
          if (to === undefined || found === undefined) continue;
          const { prefix } = found;
          const { virtualService: owner, at } = rule.placeOf(field);
          const doubles = to.endsWith('/');
          yield {
            manifest: owner.manifest,
            at: [...at, field === 'rewrite' ? 'uri' : 'prefixRewrite'],
            message: doubles
              ? `prefix "${prefix}" is replaced by "${to}": "${prefix}/cart" becomes "${to}/cart", with two slashes`
              : `prefix "${prefix}" is replaced by "${to}": "${prefix}cart" becomes "${to}cart", without the slash between`,
            fix: doubles
              ? `match prefix "${prefix}/" and beside it exact "${prefix}", or rewrite with uriRegexRewrite`
              : `write "${to}/"`,
          };
        }
    }
  },
} satisfies Rule;

/** A prefix of which the rewritten path loses or doubles a slash, and that no longer match beside it catches first. */
function worstPrefix({ matches }: HttpRule, to: string): { readonly prefix: string } | undefined {
  for (const [index, { match }] of matches.entries()) {
    const prefix = match.uri?.prefix;
    if (prefix === undefined || prefix === '') continue;
    // `/shop/` before `/shop` in one rule takes all paths below it.
    if (to.endsWith('/') && !prefix.endsWith('/') && !catches(matches.slice(0, index), `${prefix}/`)) return { prefix };
    if (!to.endsWith('/') && prefix.endsWith('/') && prefix !== '/') return { prefix };
  }
  return undefined;
}

const catches = (before: readonly HttpMatch[], prefix: string): boolean =>
  before.some(({ match }) => match.uri?.prefix === prefix);
