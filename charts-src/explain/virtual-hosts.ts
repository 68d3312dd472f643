import type { MeshGraph } from '../graph/mesh-graph.ts';
import { aliasesOf, type MeshHost, type MeshPort } from '../graph/mesh-host.ts';
import { httpRulesOf } from '../graph/http-rules.ts';
import { mayBeHttp } from '../graph/protocol.ts';
import type { Resource } from '../graph/resource.ts';
import type { EgressListener } from '../graph/sidecars.ts';
import { virtualServiceHosts } from '../graph/virtual-services.ts';
import { bySpecificity, hostCovers, isWildcardHost } from '../model/host.ts';
import type { MatchingProxy } from './match-request.ts';
import { proxyRoutes, withoutPort, type ProxyRoutes } from './proxy-routes.ts';
import { addressesOf, aliasTarget, externalNameOf } from './resolve-name.ts';

/** A VirtualService that does not act for a host, and why. */
export interface Dropped {
  readonly virtualService: Resource<'VirtualService'>;
  readonly why: string;
  /** The one that acts in its place; undefined when none does. */
  readonly winner: Resource<'VirtualService'> | undefined;
}

/** What answers for one name of a host on one port of a sidecar. */
export interface VirtualHost {
  /** Names that it answers to. */
  readonly domains: readonly string[];
  /** The host of the registry that it is for; undefined where a VirtualService names one that is not there. */
  readonly target: MeshHost | undefined;
  readonly port: MeshPort | undefined;
  /** Undefined: no VirtualService acts, the default route does. */
  readonly routes: ProxyRoutes | undefined;
}

/** All virtual hosts of a sidecar for one port. */
export interface VirtualHostTable {
  /** The one for an authority, as Envoy searches: exact, longest suffix, all. */
  find(authority: string): VirtualHost | undefined;
  /** VirtualServices for a host that do not act. */
  dropped(host: string): readonly Dropped[];
}

/** A Service that the port is one of. */
interface PortHost {
  readonly host: MeshHost;
  readonly port: MeshPort;
}

const made = new WeakMap<EgressListener, Map<string, VirtualHostTable>>();

/** The virtual hosts that a sidecar has for a port, worked out once for all pods that rules do not tell apart. */
export function virtualHosts(
  graph: MeshGraph,
  listener: EgressListener,
  proxy: MatchingProxy,
  known: ReadonlyMap<string, MeshHost>,
): VirtualHostTable {
  const tables = made.get(listener) ?? new Map<string, VirtualHostTable>();
  made.set(listener, tables);
  const key = `${proxy.port} ${tellsPodsApart(graph, listener) ? JSON.stringify(proxy.labels) : ''}`;
  const table = tables.get(key) ?? tableOf(graph, listener, proxy, known);
  tables.set(key, table);
  return table;
}

const apart = new WeakMap<EgressListener, boolean>();

/** Whether some rule that a listener sees asks for labels of the source. */
function tellsPodsApart(graph: MeshGraph, listener: EgressListener): boolean {
  const answer =
    apart.get(listener) ??
    listener.virtualServices.some((one) =>
      httpRulesOf(one, graph.virtualServices).rules.some(({ matches }) =>
        matches.some(({ match }) => match.sourceLabels !== undefined),
      ),
    );
  apart.set(listener, answer);
  return answer;
}

/**
 * The virtual hosts that a sidecar has for a port: those of VirtualServices first, in order, then a default one for
 * every other host. A name that is taken stays taken.
 * Source: Istio's BuildSidecarOutboundVirtualHosts, BuildSidecarVirtualHostWrapper
 */
function tableOf(
  graph: MeshGraph,
  listener: EgressListener,
  proxy: MatchingProxy,
  known: ReadonlyMap<string, MeshHost>,
): VirtualHostTable {
  const { clusterDomain } = graph.settings;
  const services = hostsWithPort(known, proxy.port);
  const aliases = aliasNames(graph, known);
  const domainsOf = ({ host }: PortHost): readonly string[] =>
    [host, ...(aliases.get(host.host) ?? [])].flatMap((one) => domainsFor(one, proxy.namespace, clusterDomain));
  const owners = mostSpecificOwners(listener.virtualServices, [...services.keys()], clusterDomain);
  const table = new Table();
  const claimed = new Set<string>();
  for (const virtualService of listener.virtualServices) {
    const { inRegistry, elsewhere } = hostsOf(virtualService, services, owners, clusterDomain);
    const routes = proxyRoutes(graph, virtualService, proxy);
    if (routes.routes.length === 0) {
      for (const host of [...inRegistry, ...elsewhere])
        table.drop(host, virtualService, 'none of its rules is for this proxy and port');
      continue;
    }
    // Hosts that are no service are known on port 80 only, or beside a service of the same VirtualService.
    if (inRegistry.length === 0 && proxy.port !== 80) {
      for (const host of elsewhere)
        table.drop(host, virtualService, 'no host of the registry has this name, so it is known on port 80 only');
      continue;
    }
    for (const host of elsewhere)
      table.claim(host, virtualService, { domains: [host], target: undefined, port: undefined, routes });
    for (const name of inRegistry) {
      const service = services.get(name);
      if (service === undefined) continue;
      claimed.add(name);
      table.claim(name, virtualService, {
        domains: domainsOf(service),
        target: service.host,
        port: service.port,
        routes,
      });
    }
  }
  for (const [name, service] of services)
    // An alias is a name of the host behind it, and of nothing where the mesh does not have that.
    if (!claimed.has(name) && isHttpHost(service) && externalNameOf(service.host) === undefined)
      table.add({ domains: domainsOf(service), target: service.host, port: service.port, routes: undefined });
  return table;
}

/** Hosts that have a port. */
function hostsWithPort(known: ReadonlyMap<string, MeshHost>, number: number): ReadonlyMap<string, PortHost> {
  const services = new Map<string, PortHost>();
  for (const [name, host] of known) {
    const port = host.ports.find((one) => one.number === number);
    if (port) services.set(name, { host, port });
  }
  return services;
}

/** ExternalName Services by the host that they stand for. */
function aliasNames(graph: MeshGraph, known: ReadonlyMap<string, MeshHost>): ReadonlyMap<string, readonly MeshHost[]> {
  const found = new Map<string, MeshHost[]>();
  for (const host of known.values()) {
    const target = aliasTarget(graph, host);
    if (target === undefined) continue;
    const list = found.get(target);
    if (list) list.push(host);
    else found.set(target, [host]);
  }
  return found;
}

/** Names that a proxy takes for a host, its addresses among them; of a headless Service also those of its pods.
 * Source: Istio's generateVirtualHostDomains */
function domainsFor(host: MeshHost, clientNamespace: string, clusterDomain: string): readonly string[] {
  const names = aliasesOf(host, clientNamespace, clusterDomain);
  const ofPods = host.from.kind === 'Service' && host.from.isHeadless ? names.map((name) => `*.${name}`) : [];
  // Of all names only the full one may end with a dot.
  const absolute = isWildcardHost(host.host) ? [] : [`${host.host}.`];
  return [...names, ...ofPods, ...absolute, ...addressesOf(host).filter((address) => !address.includes('/'))];
}

/** Hosts of a VirtualService: services of HTTP that it is the one for, and names that are no service. */
function hostsOf(
  virtualService: Resource<'VirtualService'>,
  services: ReadonlyMap<string, PortHost>,
  owners: ReadonlyMap<string, Resource<'VirtualService'>>,
  domain: string,
): { readonly inRegistry: readonly string[]; readonly elsewhere: readonly string[] } {
  const inRegistry: string[] = [];
  const elsewhere: string[] = [];
  for (const host of virtualServiceHosts(virtualService, domain)) {
    if (!isWildcardHost(host)) {
      (services.has(host) ? inRegistry : elsewhere).push(host);
      continue;
    }
    const covered = [...services.keys()].filter((name) => hostCovers(host, name) || hostCovers(name, host));
    if (covered.length === 0) elsewhere.push(host);
    inRegistry.push(...covered.filter((name) => owners.get(name) === virtualService));
  }
  return { inRegistry: inRegistry.filter((name) => isHttpHost(services.get(name))), elsewhere };
}

const isHttpHost = (service: PortHost | undefined): boolean =>
  service !== undefined && mayBeHttp(service.port.protocol);

/** Which VirtualService has the most specific host for each service, an exact one before any wildcard, the first of equals.
 * Source: Istio's computeWildcardHostVirtualServiceIndex */
function mostSpecificOwners(
  all: readonly Resource<'VirtualService'>[],
  services: readonly string[],
  domain: string,
): ReadonlyMap<string, Resource<'VirtualService'>> {
  const best = new Map<string, { readonly host: string; readonly owner: Resource<'VirtualService'> }>();
  for (const owner of all)
    for (const host of virtualServiceHosts(owner, domain)) {
      const covered = isWildcardHost(host) ? services.filter((name) => hostCovers(host, name)) : [host];
      for (const name of covered) {
        const before = best.get(name);
        if (before === undefined || bySpecificity(host, before.host) < 0) best.set(name, { host, owner });
      }
    }
  return new Map([...best].map(([name, { owner }]) => [name, owner]));
}

class Table implements VirtualHostTable {
  readonly #byDomain = new Map<string, VirtualHost>();
  readonly #dropped = new Map<string, Dropped[]>();

  /** False when every name is taken. */
  add(virtualHost: VirtualHost): boolean {
    const free = virtualHost.domains.filter((domain) => !this.#byDomain.has(domain));
    if (free.length === 0) return false;
    for (const domain of free) this.#byDomain.set(domain, virtualHost);
    return true;
  }

  /** Adds one for a VirtualService, which does not act when another has the host. */
  claim(host: string, virtualService: Resource<'VirtualService'>, virtualHost: VirtualHost): void {
    if (this.add(virtualHost)) return;
    const winner = this.#byDomain.get(virtualHost.domains[0] ?? host)?.routes?.virtualService;
    this.drop(host, virtualService, 'an older VirtualService has this host: sidecars do not merge them', winner);
  }

  drop(
    host: string,
    virtualService: Resource<'VirtualService'>,
    why: string,
    winner?: Resource<'VirtualService'>,
  ): void {
    const list = this.#dropped.get(host);
    if (list) list.push({ virtualService, why, winner });
    else this.#dropped.set(host, [{ virtualService, why, winner }]);
  }

  dropped(host: string): readonly Dropped[] {
    return this.#dropped.get(host) ?? [];
  }

  find(authority: string): VirtualHost | undefined {
    const name = withoutPort(authority).toLowerCase();
    const exact = this.#byDomain.get(name);
    if (exact) return exact;
    const covering = [...this.#byDomain.keys()].filter((domain) => isWildcardHost(domain) && hostCovers(domain, name));
    const [best] = covering.sort(bySpecificity);
    return best === undefined ? undefined : this.#byDomain.get(best);
  }
}
