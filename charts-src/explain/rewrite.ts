import type { HttpRule } from '../graph/http-rules.ts';
import type { HTTPMatchRequest } from '../imports/istio.ts';
import { re2Replace } from '../model/re2.ts';
import { by } from './rule-place.ts';
import type { Steps } from './steps.ts';

/**
 * The path as a rule rewrites it: the prefix that matched, or the whole path where an exact one or a pattern did.
 * Source: Istio's applyHTTPRouteDestination; Envoy's prefix_rewrite and regex_rewrite
 */
export function rewrittenPath(rule: HttpRule, match: HTTPMatchRequest | undefined, path: string, steps: Steps): string {
  const rewritten = rewrite(rule, match, path);
  if (rewritten !== path)
    steps.add('action', `path ${path} becomes ${rewritten}`, 'rewrite', by(rule.placeOf('rewrite')));
  return rewritten;
}

function rewrite({ http }: HttpRule, match: HTTPMatchRequest | undefined, path: string): string {
  const { uri, uriRegexRewrite: pattern } = http.rewrite ?? {};
  if (pattern) return re2Replace(pattern.match ?? '', path, pattern.rewrite ?? '') ?? path;
  if (!uri) return path;
  const prefix = match?.uri === undefined ? '/' : match.uri.prefix;
  return prefix === undefined ? uri : uri + path.slice(prefix.length);
}
