import { httpRulesOf, type HttpRule } from '../../graph/http-rules.ts';
import type { MeshGraph } from '../../graph/mesh-graph.ts';
import type { Resource } from '../../graph/resource.ts';
import { gatewaysOf, isDelegate, MESH_GATEWAY, virtualServiceHosts } from '../../graph/virtual-services.ts';
import { objectName } from '../../manifest/manifest.ts';
import { fullHost } from '../../model/host.ts';
import { formatPath } from '../../model/schema.ts';
import { httpCovers, takesEverything, type RouteMatch } from '../match-inclusion.ts';
import type { Rule } from '../rule.ts';
import { pathSet } from '../string-set.ts';

/**
 * A gateway merges the VirtualServices of a host, the oldest first. Where two of them take the same requests, it depends
 * on their age where these go, and that changes when one is made anew.
 */
export const gatewayRulesByAge = {
  code: 'W132',
  name: 'gateway-rules-by-age',
  severity: 'warning',
  summary: 'Two VirtualServices of one gateway take the same requests: the older one gets them.',
  also: ['KIA1106'],
  reads: ['VirtualService'],
  *check(graph) {
    for (const [key, group] of sharedHosts(graph)) {
      const [gateway = '', host = ''] = key.split(' ');
      const ways = group.flatMap((virtualService) => waysOf(graph, virtualService, gateway));
      const byText = new Map<string, Way[]>();
      for (const way of ways) {
        const list = byText.get(textOf(way));
        if (list) list.push(way);
        else byText.set(textOf(way), [way]);
      }
      const reported = new Set<string>();
      for (const way of ways)
        for (const text of textsCovering(way)) {
          const rival = byText.get(text)?.find((other) => isRival(other, way, gateway));
          if (rival === undefined) continue;
          const pair = [rival, way]
            .map(({ owner }) => objectName(owner.manifest))
            .sort()
            .join();
          if (reported.has(pair)) continue;
          reported.add(pair);
          const { virtualService: place, at } = way.rule.place;
          yield {
            manifest: place.manifest,
            at,
            message: `${objectName(rival.owner.manifest)} has a rule for the same requests to host "${host}" of gateway ${gateway} (${formatPath(rival.rule.place.at)}), and leads them elsewhere: the older of the two gets them, whichever that is in the cluster`,
            fix: 'put the rules of one host into one VirtualService, or delegate from one, so that their order is written down',
          };
        }
    }
  },
} satisfies Rule;

interface Way extends RouteMatch<NonNullable<HttpRule['http']['match']>[number]> {
  readonly owner: Resource<'VirtualService'>;
  readonly rule: HttpRule;
  readonly isCatchAll: boolean;
  readonly target: string;
}

/** VirtualServices by gateway and host, where there are several. */
function sharedHosts(graph: MeshGraph): ReadonlyMap<string, readonly Resource<'VirtualService'>[]> {
  const groups = new Map<string, Map<string, Resource<'VirtualService'>>>();
  for (const virtualService of graph.of('VirtualService')) {
    if (isDelegate(virtualService)) continue;
    for (const gateway of new Set(gatewaysOf(virtualService))) {
      if (gateway === MESH_GATEWAY) continue;
      for (const host of virtualServiceHosts(virtualService, graph.settings.clusterDomain)) {
        const key = `${gateway} ${host}`;
        const group = groups.get(key) ?? new Map<string, Resource<'VirtualService'>>();
        group.set(`${virtualService.namespace}/${virtualService.name}`, virtualService);
        groups.set(key, group);
      }
    }
  }
  return new Map([...groups].filter(([, { size }]) => size > 1).map(([key, group]) => [key, [...group.values()]]));
}

function waysOf(graph: MeshGraph, owner: Resource<'VirtualService'>, gateway: string): readonly Way[] {
  return httpRulesOf(owner, graph.virtualServices).rules.flatMap((rule) => {
    const target = targetOf(rule, graph.settings.clusterDomain);
    const ways =
      rule.matches.length === 0
        ? [{ match: {}, gateways: [] }]
        : rule.matches.filter(({ gateways }) => gateways.length === 0 || gateways.includes(gateway));
    return ways.map(({ match, gateways }) => ({
      match,
      gateways,
      owner,
      rule,
      isCatchAll: takesEverything(match),
      target,
    }));
  });
}

/** Where a rule leads, in words that are the same only where it is the same. */
const targetOf = ({ http, place }: HttpRule, domain: string): string =>
  JSON.stringify([
    (http.route ?? []).map(({ destination, weight }) => ({
      ...destination,
      host: fullHost(destination.host, place.virtualService.namespace, domain),
      weight,
    })),
    http.redirect,
    http.directResponse,
    http.rewrite,
  ]);

/** A rule that takes everything is moved behind all others, so only two of these are rivals. */
function isRival(one: Way, other: Way, gateway: string): boolean {
  if (one.owner === other.owner || one.target === other.target || one.isCatchAll !== other.isCatchAll) return false;
  return one.isCatchAll || httpCovers(one, other, [gateway]) || httpCovers(other, one, [gateway]);
}

function textOf({ match, isCatchAll }: Way): string {
  if (isCatchAll) return 'everything';
  const path = pathSet(match.uri, match.ignoreUriCase ?? false);
  return path.kind === 'all' ? 'prefix ' : `${path.kind} ${path.text.toLowerCase()}`;
}

/** Keys under which a match with the same or more paths is kept: all prefixes of its own path. */
function* textsCovering(way: Way): Iterable<string> {
  yield textOf(way);
  if (way.isCatchAll) return;
  const path = pathSet(way.match.uri, way.match.ignoreUriCase ?? false);
  if (path.kind === 'all' || path.kind === 'regex') return;
  const text = path.text.toLowerCase();
  for (let length = path.kind === 'exact' ? text.length : text.length - 1; length >= 0; length--)
    yield `prefix ${text.slice(0, length)}`;
}
