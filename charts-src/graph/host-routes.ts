import { hostCovers, isWildcardHost, bySpecificity } from '../model/host.ts';
import { httpRulesOf, type HttpRule } from './http-rules.ts';
import { selects } from './labels.ts';
import type { MeshGraph } from './mesh-graph.ts';
import type { MeshHost } from './mesh-host.ts';
import { perGraph } from './per-graph.ts';
import type { Pods } from './policies.ts';
import type { Resource } from './resource.ts';
import { MESH_GATEWAY, virtualServiceHosts } from './virtual-services.ts';

/** The routes of a mesh, worked out once. */
export const hostRoutesOf = perGraph((graph): HostRoutes => new HostRoutes(graph));

/** Which rules act on requests from pods to hosts, found without looking at all VirtualServices. */
export class HostRoutes {
  readonly #graph: MeshGraph;
  /** By namespace of the client: hosts of the VirtualServices that it sees, each with the first one that names it. */
  readonly #seen = new Map<string, Seen>();
  readonly #rules = new Map<Resource<'VirtualService'>, readonly HttpRule[]>();

  constructor(graph: MeshGraph) {
    this.#graph = graph;
  }

  /** The VirtualService that sidecars of a namespace use for a host. */
  virtualServiceFor(client: string, { host }: Pick<MeshHost, 'host'>): Resource<'VirtualService'> | undefined {
    const { byHost, wildcards } = this.#of(client);
    const covering = wildcards.find((wildcard) => hostCovers(wildcard, host));
    return byHost.get(host) ?? (covering === undefined ? undefined : byHost.get(covering));
  }

  /** Rules that some request of these pods to a host can meet, up to one that takes all that is left. */
  rulesFor(client: Pods, host: Pick<MeshHost, 'host'>): readonly HttpRule[] {
    const virtualService = this.virtualServiceFor(client.namespace, host);
    if (virtualService === undefined) return [];
    const met: HttpRule[] = [];
    for (const rule of this.#rulesOf(virtualService)) {
      const { matches } = rule;
      const fitting = matches.filter(({ match, gateways }) => {
        // With gateways in the match, Istio does not look at labels and namespace.
        if (gateways.length > 0) return gateways.includes(MESH_GATEWAY);
        const { sourceLabels = {}, sourceNamespace = '' } = match;
        return selects(sourceLabels, client.labels) && (sourceNamespace === '' || sourceNamespace === client.namespace);
      });
      if (matches.length > 0 && fitting.length === 0) continue;
      met.push(rule);
      if (matches.length === 0 || fitting.some(({ match }) => takesAll(match))) break;
    }
    return met;
  }

  #rulesOf(virtualService: Resource<'VirtualService'>): readonly HttpRule[] {
    const found = this.#rules.get(virtualService) ?? httpRulesOf(virtualService, this.#graph.virtualServices).rules;
    this.#rules.set(virtualService, found);
    return found;
  }

  #of(client: string): Seen {
    const cached = this.#seen.get(client);
    if (cached) return cached;
    const byHost = new Map<string, Resource<'VirtualService'>>();
    for (const virtualService of this.#graph.virtualServices.visibleTo(client, MESH_GATEWAY))
      for (const host of virtualServiceHosts(virtualService, this.#graph.settings.clusterDomain))
        if (!byHost.has(host)) byHost.set(host, virtualService);
    const seen = { byHost, wildcards: [...byHost.keys()].filter(isWildcardHost).sort(bySpecificity) };
    this.#seen.set(client, seen);
    return seen;
  }
}

interface Seen {
  readonly byHost: ReadonlyMap<string, Resource<'VirtualService'>>;
  readonly wildcards: readonly string[];
}

/** Whether nothing but who asks is matched. */
const takesAll = (match: HttpRule['matches'][number]['match']): boolean =>
  Object.entries(match).every(
    ([field, value]) =>
      ['name', 'gateways', 'sourceLabels', 'sourceNamespace', 'statPrefix', 'ignoreUriCase'].includes(field) ||
      (typeof value === 'object' && Object.keys(value).length === 0) ||
      (field === 'uri' && (value as { readonly prefix?: string }).prefix === '/'), // `uri` is a StringMatch
  );
