import { httpRulesOf, type HttpMatch, type HttpRule } from '../../graph/http-rules.ts';
import { gatewaysOf, isDelegate, MESH_GATEWAY } from '../../graph/virtual-services.ts';
import { pathSet } from '../string-set.ts';
import { sourceCovers, takesEverything, type RouteMatch, type SourceMatch } from '../match-inclusion.ts';
import type { Rule } from '../rule.ts';

/**
 * Every rule of a VirtualService for sidecars asks for something, and none takes the rest. A host with a VirtualService
 * has no default route any more: what no rule takes gets 404 from the proxy of the caller.
 */
export const unmatchedPathsGet404 = {
  code: 'W118',
  name: 'unmatched-paths-get-404',
  severity: 'warning',
  summary: 'Requests that match no rule of a VirtualService get 404.',
  also: [],
  reads: ['VirtualService'],
  *check(graph) {
    for (const virtualService of graph.of('VirtualService')) {
      if (isDelegate(virtualService) || !gatewaysOf(virtualService).includes(MESH_GATEWAY)) continue;
      const { rules } = httpRulesOf(virtualService, graph.virtualServices);
      const ways = rules.flatMap((rule) => meshMatches(rule).map((match) => ({ rule, match })));
      const rest = ways.filter(({ match }) => takesEverything(match.match)).map(({ match }) => match);
      // Clients for whom some rule acts, and for whom none takes the rest.
      const open = ways.find(({ match }) => !rest.some((one) => sourceCovers(one, match, MESH)));
      if (open === undefined || complement(ways.map(({ match }) => match.match))) continue;
      const paths = [...new Set(ways.map(({ match }) => describe(match)))];
      yield {
        manifest: virtualService.manifest,
        at: ['spec', 'http'],
        message: `only requests ${listOf(paths)} have a rule: all others to ${(virtualService.spec.hosts ?? []).join(', ')} get 404 from the proxy of the caller`,
        fix: 'add a last rule without match that routes the rest',
      };
    }
  },
} satisfies Rule;

const MESH = [MESH_GATEWAY];

const EVERYTHING = { match: {}, gateways: [] };

/** The matches of a rule that sidecars get. */
const meshMatches = ({ matches }: HttpRule): readonly (RouteMatch<SourceMatch> & Pick<HttpMatch, 'match'>)[] =>
  matches.length === 0
    ? [EVERYTHING]
    : matches.filter(({ gateways }) => gateways.length === 0 || gateways.includes(MESH_GATEWAY));

/** Whether one rule takes those with a header, and another one those without it. */
const complement = (matches: readonly HttpMatch['match'][]): boolean =>
  matches.some(({ withoutHeaders = {}, ...match }) => {
    const names = Object.keys(withoutHeaders);
    return (
      names.length === 1 &&
      takesEverything(match) &&
      matches.some(
        ({ headers = {}, ...other }) => Object.keys(headers).join() === names.join() && takesEverything(other),
      )
    );
  });

function describe({ match }: Pick<HttpMatch, 'match'>): string {
  const path = pathSet(match.uri, match.ignoreUriCase ?? false);
  if (path.kind === 'all') return 'with certain headers, methods or parameters';
  return path.kind === 'prefix'
    ? `to ${path.text}…`
    : path.kind === 'exact'
      ? `to ${path.text}`
      : `to paths like ${path.text}`;
}

const listOf = (items: readonly string[]): string =>
  items.length > 3 ? `${items.slice(0, 3).join(', ')} and ${items.length - 3} more` : items.join(' or ');
