import type { Origin } from '../explain/explanation.ts';
import { httpRulesOf } from '../graph/http-rules.ts';
import { selects, type Labels } from '../graph/labels.ts';
import type { MeshGraph } from '../graph/mesh-graph.ts';
import { perGraph } from '../graph/per-graph.ts';
import type { Resource } from '../graph/resource.ts';
import type { SidecarScope } from '../graph/sidecars.ts';
import { routeDestinations } from '../graph/route-destinations.ts';
import { storeOf } from '../graph/stores.ts';
import { virtualServiceHosts } from '../graph/virtual-services.ts';
import { workloadName, type Workload } from '../graph/workload.ts';
import { fullHost, hostCovers, isWildcardHost } from '../model/host.ts';

/** Who sends requests: one that stands for all that are answered alike. */
export interface Sender {
  readonly origin: Origin;
  /** `shop/orders-v1`, `gateway:shop/public`. */
  readonly name: string;
  /** How many others it stands for. */
  readonly alike: number;
  /** Where its requests go: `http://orders.shop.svc.cluster.local:80`. */
  readonly url: string;
  readonly port: number;
}

/** Workloads whose proxies know the same hosts, in the old set as well as in the new one. */
interface Kind {
  readonly sides: readonly KindSide[];
  readonly members: Workload[];
}

/** What holds for the workloads of a kind in one of the sets. */
interface KindSide {
  readonly graph: MeshGraph;
  readonly scope: SidecarScope;
  readonly isInMesh: boolean;
}

/** Who may send requests to a host, kind by kind. */
export class Senders {
  /** Kinds by a host that their Sidecars name. */
  readonly #byHost = new Map<string, Set<Kind>>();
  /** Kinds whose proxies know hosts by a pattern. */
  readonly #byPattern: Kind[] = [];
  /** Labels by which rules tell callers of a host apart. */
  readonly #selectors = new Map<string, Labels[]>();
  readonly #wildcardSelectors: (readonly [string, Labels])[] = [];

  constructor(graphs: readonly MeshGraph[]) {
    const byName = new Map<string, { readonly workload: Workload; readonly sides: KindSide[] }>();
    for (const graph of graphs)
      for (const workload of graph.workloads) {
        if (workload.isGateway || storeOf(workload) !== undefined) continue;
        const known = byName.get(workloadName(workload)) ?? { workload, sides: [] };
        byName.set(workloadName(workload), known);
        known.sides.push({ graph, scope: graph.sidecars.scopeOf(workload), isInMesh: workload.sidecar !== 'no' });
      }
    const kinds = new Map<string, Kind>();
    for (const { workload, sides } of byName.values()) {
      const key = sides.map(sideKey).join(' ');
      const kind: Kind = kinds.get(key) ?? { sides, members: [] };
      kinds.set(key, kind);
      kind.members.push(workload);
    }
    for (const kind of kinds.values()) this.#placeKind(kind);
    for (const graph of graphs) {
      for (const one of graph.of('VirtualService')) this.#readSelectors(graph, one);
      for (const { spec, namespace } of graph.of('DestinationRule'))
        this.#addSelector(
          fullHost(spec.host, namespace, graph.settings.clusterDomain),
          spec.workloadSelector?.matchLabels,
        );
    }
  }

  /** Kinds of workloads that may call a host on a port. */
  of(host: string, port: number): readonly Sender[] {
    const kinds = new Set(this.#byHost.get(host) ?? []);
    for (const kind of this.#byPattern) if (kind.sides.some((side) => knows(side, host))) kinds.add(kind);
    const selectors = [
      ...(this.#selectors.get(host) ?? []),
      ...this.#wildcardSelectors.filter(([pattern]) => hostCovers(pattern, host)).map(([, labels]) => labels),
    ];
    const groups = new Map<string, { readonly first: Workload; alike: number }>();
    for (const { sides, members } of kinds) {
      const seen = sides.map((side) => seenOf(side, host)).join(' ');
      for (const [answers, some] of byLabels(members, selectors)) {
        const known = groups.get(`${seen} ${answers}`);
        const [first] = some;
        if (known) known.alike += some.length;
        else if (first) groups.set(`${seen} ${answers}`, { first, alike: some.length - 1 });
      }
    }
    return [...groups.values()].map(({ first: { namespace, name }, alike }): Sender => ({
      origin: { kind: 'workload', namespace, name },
      name: `${namespace}/${name}`,
      alike,
      url: `http://${host.replace(/^\*\.?/, 'any.')}:${port}`,
      port,
    }));
  }

  #placeKind(kind: Kind): void {
    const hosts = kind.sides.flatMap(({ graph, scope, isInMesh }) =>
      (isInMesh ? scope.egress.flatMap(({ listener }) => listener?.hosts ?? ['*/*']) : ['*/*']).map((entry) => {
        const host = entry.slice(entry.indexOf('/') + 1).toLowerCase();
        return isWildcardHost(host) ? host : fullHost(host, scope.namespace, graph.settings.clusterDomain);
      }),
    );
    if (hosts.some(isWildcardHost)) this.#byPattern.push(kind);
    else for (const host of hosts) this.#byHost.set(host, (this.#byHost.get(host) ?? new Set()).add(kind));
  }

  #readSelectors(graph: MeshGraph, virtualService: Resource<'VirtualService'>): void {
    const { rules } = httpRulesOf(virtualService, graph.virtualServices);
    const labels = rules.flatMap(({ matches }) =>
      matches.flatMap(({ match, gateways }) => (gateways.length > 0 ? [] : [match.sourceLabels])),
    );
    for (const host of virtualServiceHosts(virtualService, graph.settings.clusterDomain))
      for (const one of labels) this.#addSelector(host, one);
  }

  #addSelector(host: string, labels: Labels | undefined): void {
    if (labels === undefined || Object.keys(labels).length === 0) return;
    if (isWildcardHost(host)) this.#wildcardSelectors.push([host, labels]);
    else {
      const list = this.#selectors.get(host);
      if (list) list.push(labels);
      else this.#selectors.set(host, [labels]);
    }
  }
}

/** Workloads by which of the selectors select them. */
function byLabels(
  members: readonly Workload[],
  selectors: readonly Labels[],
): ReadonlyMap<string, readonly Workload[]> {
  if (selectors.length === 0) return new Map([['', members]]);
  const groups = new Map<string, Workload[]>();
  for (const workload of members) {
    const key = selectors.map((labels) => (selects(labels, workload.labels) ? '1' : '0')).join('');
    const list = groups.get(key);
    if (list) list.push(workload);
    else groups.set(key, [workload]);
  }
  return groups;
}

/** Proxies of one namespace that are told the same are alike, whatever Sidecar tells them. */
const sideKey = ({ scope: { namespace, egress, outboundTrafficPolicy }, isInMesh }: KindSide): string =>
  JSON.stringify(
    isInMesh
      ? [
          namespace,
          outboundTrafficPolicy,
          egress.map(({ listener, port }) => [[...(listener?.hosts ?? ['*/*'])].sort(), port]),
        ]
      : [namespace],
  );

function knows({ graph, scope, isInMesh }: KindSide, host: string): boolean {
  const known = graph.hostsNamed(host);
  // A host of a VirtualService alone is in no registry.
  if (!isInMesh || known.length === 0) return true;
  return known.some((one) => scope.egress.some((listener) => listener.imports(one)));
}

/** What of a mesh acts on requests of a kind of workloads to a host: by it, kinds of several namespaces may be alike. */
function seenOf({ graph, scope, isInMesh }: KindSide, host: string): string {
  const { namespace, egress, outboundTrafficPolicy, sidecar } = scope;
  const { owners, isForAll, routes } = factsOf(graph).about(host);
  // A name that is in no registry, or in it twice, is looked up from where one is.
  const apart = !isForAll || owners.has(namespace) || graph.hostsNamed(host).length !== 1 ? namespace : '';
  if (!isInMesh) return `plain ${apart}`;
  const known =
    sidecar === undefined
      ? []
      : egress.map((listener) => [
          listener.port,
          graph.hostsNamed(host).map((one) => listener.imports(one)),
          routes.map((one) => listener.sees(one)),
        ]);
  return JSON.stringify([outboundTrafficPolicy, apart, known]);
}

/** What about a host may differ from one namespace to the next. */
interface HostFacts {
  /** Namespaces that have rules of their own for it. */
  readonly owners: ReadonlySet<string>;
  /** Whether all else that acts on it is there for every namespace, and asks for none. */
  readonly isForAll: boolean;
  readonly routes: readonly Resource<'VirtualService'>[];
}

const factsOf = perGraph((graph): FactsOfHosts => new FactsOfHosts(graph));

class FactsOfHosts {
  readonly #graph: MeshGraph;
  readonly #facts = new Map<string, HostFacts>();
  readonly #routes: ByHost<Resource<'VirtualService'>>;
  readonly #rules: ByHost<Resource<'DestinationRule'>>;

  constructor(graph: MeshGraph) {
    const { clusterDomain } = graph.settings;
    this.#graph = graph;
    this.#routes = new ByHost(graph.of('VirtualService'), (one) => virtualServiceHosts(one, clusterDomain));
    this.#rules = new ByHost(graph.of('DestinationRule'), ({ spec, namespace }) => [
      fullHost(spec.host, namespace, clusterDomain),
    ]);
  }

  about(host: string): HostFacts {
    const known = this.#facts.get(host) ?? this.#read(host);
    this.#facts.set(host, known);
    return known;
  }

  #read(host: string): HostFacts {
    const { settings, virtualServices } = this.#graph;
    const routes = this.#routes.covering(host);
    const targets = new Set([
      host,
      ...routes.flatMap((one) => routeDestinations(one, settings.clusterDomain).map((to) => to.host)),
    ]);
    // A rule beside its Service is the same for clients from there as for all others.
    const rules = [...targets].flatMap((target) =>
      this.#rules
        .covering(target)
        .map((rule) => ({ ...rule, isElsewhere: this.#graph.hostsNamed(target)[0]?.namespace !== rule.namespace })),
    );
    const hosts = [...targets].flatMap((target) => this.#graph.hostsNamed(target));
    const isPublic = (exportTo: readonly string[] = []): boolean => exportTo.length === 0 || exportTo.includes('*');
    const asksWhere = routes.some((one) =>
      httpRulesOf(one, virtualServices).rules.some(({ matches }) =>
        matches.some(({ match }) => match.sourceNamespace !== undefined),
      ),
    );
    return {
      routes,
      owners: new Set(rules.filter(({ isElsewhere }) => isElsewhere).map(({ namespace }) => namespace)),
      isForAll:
        !asksWhere &&
        [...routes, ...rules].every(({ spec }) => isPublic(spec.exportTo)) &&
        hosts.every(({ exportTo }) => isPublic(exportTo)),
    };
  }
}

/** Things by the hosts that they name, to be found by a host that those cover. */
class ByHost<T> {
  readonly #exact = new Map<string, T[]>();
  readonly #wildcards: (readonly [string, T])[] = [];

  constructor(all: readonly T[], hostsOf: (item: T) => readonly string[]) {
    for (const item of all)
      for (const host of hostsOf(item)) {
        const list = this.#exact.get(host);
        if (isWildcardHost(host)) this.#wildcards.push([host, item]);
        else if (list) list.push(item);
        else this.#exact.set(host, [item]);
      }
  }

  covering(host: string): readonly T[] {
    return [
      ...(this.#exact.get(host) ?? []),
      ...this.#wildcards.filter(([pattern]) => hostCovers(pattern, host)).map(([, item]) => item),
    ];
  }
}

/** Requests that come in by gateways, for the hosts of the routes that are bound to them. */
export function gatewaySenders(
  graph: MeshGraph,
  isTouched: (host: string) => boolean,
): readonly (Sender & { readonly host: string })[] {
  const { clusterDomain } = graph.settings;
  return graph.gateways.flatMap(({ gateway, key, servers }) => {
    const hosts = new Set(
      boundTo(graph, key)
        .flatMap((one) => virtualServiceHosts(one, clusterDomain))
        .filter(isTouched),
    );
    return servers.flatMap(({ server, hosts: served }) => {
      const { number, protocol } = server.port;
      const isHttp = /^(?:HTTP|HTTP2|GRPC|GRPC-WEB)$/i.test(protocol);
      const isTls = server.tls !== undefined && server.tls.httpsRedirect !== true && !isHttp;
      return [...hosts]
        .filter((host) => served.some((one) => hostCovers(one.host, host) || hostCovers(host, one.host)))
        .map((host) => ({
          origin: { kind: 'gateway' as const, namespace: gateway.namespace, name: gateway.name },
          name: `gateway:${key}`,
          alike: 0,
          host,
          url: `${isTls ? 'https' : 'http'}://${host === '*' ? 'any.example' : host.replace(/^\*/, 'any')}:${number}`,
          port: number,
        }));
    });
  });
}

/** VirtualServices that the pods of a Gateway see; where those are not among the files, they are taken to be Istio's own. */
export const boundTo = (graph: MeshGraph, key: string): readonly Resource<'VirtualService'>[] =>
  graph.virtualServices.visibleTo(graph.gateway(key)?.workloads[0]?.namespace ?? graph.settings.rootNamespace, key);
