import type { MeshGraph } from '../../graph/mesh-graph.ts';
import type { Resource } from '../../graph/resource.ts';
import { gatewaysOf, isDelegate, MESH_GATEWAY, virtualServiceHosts } from '../../graph/virtual-services.ts';
import type { HTTPRoute } from '../../imports/istio.ts';
import { objectName } from '../../manifest/manifest.ts';
import { fullHost } from '../../model/host.ts';
import type { Rule } from '../rule.ts';

/**
 * A gateway routes to a host for which another VirtualService, for sidecars only, splits the requests or sets timeout and
 * retries. A gateway does not look at that one: what comes from outside gets none of it.
 */
export const meshRulesNotAtGateway = {
  code: 'W147',
  name: 'mesh-rules-not-at-gateway',
  severity: 'warning',
  summary: 'Rules for sidecars do not act on what a gateway sends to the same host.',
  also: [],
  reads: ['VirtualService'],
  *check(graph) {
    const byHost = meshRulesByHost(graph);
    for (const virtualService of graph.of('VirtualService')) {
      const gateways = gatewaysOf(virtualService).filter((key) => key !== MESH_GATEWAY);
      if (gateways.length === 0 || isDelegate(virtualService)) continue;
      for (const [rule, http] of (virtualService.spec.http ?? []).entries())
        for (const [index, { destination }] of (http.route ?? []).entries()) {
          const name = fullHost(destination.host, virtualService.namespace, graph.settings.clusterDomain);
          const lost = (byHost.get(name) ?? [])
            .filter(
              ({ owner }) => owner !== virtualService && !gateways.every((key) => gatewaysOf(owner).includes(key)),
            )
            .map(({ owner, rules }) => ({ owner, what: missingHere(rules, http, destination.subset) }))
            .find(({ what }) => what.length > 0);
          if (lost === undefined) continue;
          yield {
            manifest: virtualService.manifest,
            at: ['spec', 'http', rule, 'route', index, 'destination'],
            also: lost.what.includes('subsets') ? ['IST0140'] : [],
            message: `${objectName(lost.owner.manifest)} sets ${lost.what.join(' and ')} for "${destination.host}", but for sidecars only: requests from ${gateways.join(', ')} get none of it`,
            fix: `repeat it in this rule, or bind ${objectName(lost.owner.manifest)} to the gateway and delegate`,
          };
        }
    }
  },
} satisfies Rule;

interface MeshRules {
  readonly owner: Resource<'VirtualService'>;
  readonly rules: readonly HTTPRoute[];
}

/** Rules for sidecars that lead to the very host that they are for. */
function meshRulesByHost(graph: MeshGraph): ReadonlyMap<string, readonly MeshRules[]> {
  const { clusterDomain } = graph.settings;
  const found = new Map<string, MeshRules[]>();
  for (const owner of graph.of('VirtualService')) {
    if (!gatewaysOf(owner).includes(MESH_GATEWAY)) continue;
    for (const host of virtualServiceHosts(owner, clusterDomain)) {
      const rules = (owner.spec.http ?? []).filter(({ route = [] }) =>
        route.some(({ destination }) => fullHost(destination.host, owner.namespace, clusterDomain) === host),
      );
      if (rules.length === 0) continue;
      const list = found.get(host);
      if (list) list.push({ owner, rules });
      else found.set(host, [{ owner, rules }]);
    }
  }
  return found;
}

function missingHere(rules: readonly HTTPRoute[], here: HTTPRoute, subset: string | undefined): readonly string[] {
  const sets = (field: 'timeout' | 'retries'): boolean =>
    here[field] === undefined && rules.some((rule) => rule[field] !== undefined);
  return [
    ...(!subset && rules.some(({ route = [] }) => route.some(({ destination }) => Boolean(destination.subset)))
      ? ['subsets']
      : []),
    ...(sets('timeout') ? ['a timeout'] : []),
    ...(sets('retries') ? ['retries'] : []),
  ];
}
