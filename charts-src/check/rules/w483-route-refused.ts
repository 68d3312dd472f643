import { gatewayApiOf, type ApiRouteRule } from '../../graph/gateway-api.ts';
import { durationMs } from '../../model/duration.ts';
import { show, type Path } from '../../model/schema.ts';
import type { Rule } from '../rule.ts';

/** A rule of an HTTPRoute that the API server refuses. Source: the validation rules of the Gateway API's HTTPRoute */
export const routeRefused = {
  code: 'W483',
  name: 'route-refused',
  severity: 'error',
  summary: 'An HTTPRoute of the Gateway API is refused.',
  reads: ['HTTPRoute'],
  *check(graph) {
    for (const { manifest, kind, rules } of gatewayApiOf(graph).routes) {
      if (kind !== 'HTTPRoute') continue;
      for (const [index, rule] of rules.entries())
        for (const { at, what, fix } of refusals(rule))
          yield {
            manifest,
            at: ['spec', 'rules', index, ...at],
            message: `${what}: the API server refuses the whole object`,
            fix,
          };
    }
  },
} satisfies Rule;

interface Refusal {
  readonly at: Path;
  readonly what: string;
  readonly fix: string;
}

function* refusals({ matches = [], filters = [], backendRefs = [], timeouts = {} }: ApiRouteRule): Iterable<Refusal> {
  const redirect = filters.findIndex(({ type }) => type === 'RequestRedirect');
  const rewrite = filters.findIndex(({ type }) => type === 'URLRewrite');
  if (redirect >= 0 && backendRefs.length > 0)
    yield {
      at: ['filters', redirect],
      what: 'the rule redirects and has backendRefs too',
      fix: 'keep one of them: who is redirected reaches no backend',
    };
  if (redirect >= 0 && rewrite >= 0)
    yield {
      at: ['filters', Math.max(redirect, rewrite)],
      what: 'RequestRedirect and URLRewrite exclude each other',
      fix: 'write the path into requestRedirect, or leave the redirect out',
    };
  for (const [place, { requestRedirect, urlRewrite }] of filters.entries()) {
    const [field, path] = urlRewrite?.path
      ? ['urlRewrite', urlRewrite.path]
      : ['requestRedirect', requestRedirect?.path];
    if (path?.type === 'ReplacePrefixMatch' && !isOnePrefix(matches))
      yield {
        at: ['filters', place, field, 'path'],
        what: `ReplacePrefixMatch needs exactly one match with a path of type PathPrefix, and the rule has ${matches.length === 1 ? 'another type' : matches.length}`,
        fix: 'make a rule for each prefix, or write type: ReplaceFullPath',
      };
  }
  for (const [place, { path }] of matches.entries())
    if (path?.value !== undefined && path.type !== 'RegularExpression' && !path.value.startsWith('/'))
      yield {
        at: ['matches', place, 'path', 'value'],
        what: `the path ${show(path.value)} does not begin with a slash`,
        fix:
          path.value.startsWith('^') || path.value.includes('*')
            ? 'write type: RegularExpression'
            : `write "/${path.value}"`,
      };
  const [whole, once] = [durationMs(timeouts.request ?? ''), durationMs(timeouts.backendRequest ?? '')];
  if (whole !== undefined && whole > 0 && once !== undefined && once > whole)
    yield {
      at: ['timeouts', 'backendRequest'],
      what: `backendRequest ${timeouts.backendRequest ?? ''} is longer than request ${timeouts.request ?? ''}`,
      fix: `write ${timeouts.request ?? ''} or less: request is for all tries together`,
    };
}

/** What is not written is one match with the prefix "/". */
const isOnePrefix = (matches: NonNullable<ApiRouteRule['matches']>): boolean =>
  matches.length === 0 || (matches.length === 1 && (matches[0]?.path?.type ?? 'PathPrefix') === 'PathPrefix');
