import { httpRulesOf, type HttpMatch, type HttpRule, type LostRule } from '../graph/http-rules.ts';
import type { MeshGraph } from '../graph/mesh-graph.ts';
import type { Resource } from '../graph/resource.ts';
import { isCatchAll, proxyMiss, type MatchingProxy, type Miss } from './match-request.ts';

/** One route of a virtual host: a match of a rule that istiod gives to this proxy. */
export interface Route {
  readonly virtualService: Resource<'VirtualService'>;
  readonly rule: HttpRule;
  /** Undefined for a rule without matches: it takes every request. */
  readonly match: HttpMatch | undefined;
  /** At a gateway: the port that it was made for, which is one of the table's, not always the one that was called. */
  readonly listenerPort?: number;
}

/** A match that istiod does not give to this proxy, and why. */
export interface LeftOut {
  readonly rule: HttpRule;
  readonly match: HttpMatch;
  readonly miss: Miss;
}

/** What a VirtualService is for one proxy and port. */
export interface ProxyRoutes {
  readonly virtualService: Resource<'VirtualService'>;
  readonly routes: readonly Route[];
  readonly leftOut: readonly LeftOut[];
  readonly lost: readonly LostRule[];
}

/** The routes that a proxy gets of a VirtualService; everything after the first one that takes all is left out.
 * Source: Istio's BuildHTTPRoutesForVirtualService */
export function proxyRoutes(
  graph: MeshGraph,
  virtualService: Resource<'VirtualService'>,
  proxy: MatchingProxy,
): ProxyRoutes {
  const { rules, lost } = httpRulesOf(virtualService, graph.virtualServices);
  const routes: Route[] = [];
  const leftOut: LeftOut[] = [];
  const result = { virtualService, routes, leftOut, lost };
  for (const rule of rules) {
    if (rule.matches.length === 0) {
      routes.push({ virtualService, rule, match: undefined });
      return result;
    }
    for (const match of rule.matches) {
      const miss = proxyMiss(match.match, proxy, match.gateways);
      if (miss) {
        leftOut.push({ rule, match, miss });
        continue;
      }
      routes.push({ virtualService, rule, match });
      if (isCatchAll(match.match)) return result;
    }
  }
  return result;
}

/** A Host header without its port: proxies do not compare it. */
export const withoutPort = (authority: string): string => authority.replace(/:\d+$/, '');
