import type { MeshGraph } from '../graph/mesh-graph.ts';
import { istioKindOf, resourceOf, type Resource } from '../graph/resource.ts';
import { routeDestinations } from '../graph/route-destinations.ts';
import { gatewayKey, gatewaysOf, virtualServiceHosts } from '../graph/virtual-services.ts';
import type { Workload } from '../graph/workload.ts';
import type { Manifest } from '../manifest/manifest.ts';
import { fullHost, hostsOverlap, isWildcardHost } from '../model/host.ts';
import { manifestsOf, type ObjectChange } from './objects.ts';
import { push } from '../model/multimap.ts';

/** Hosts whose answers a change may change. */
export interface TouchedHosts {
  has(host: string): boolean;
}

/** What changed objects are about: their own hosts, and all hosts whose routes lead there. */
export function touchedHosts(before: MeshGraph, after: MeshGraph, changes: readonly ObjectChange[]): TouchedHosts {
  const exact = new Set<string>();
  const wildcards = new Set<string>();
  for (const graph of [before, after]) {
    const about = new HostsAbout(graph);
    for (const change of changes)
      for (const manifest of manifestsOf(change)) {
        // Each side is asked about its own objects only.
        if (about.owns(manifest))
          for (const host of about.of(manifest)) (isWildcardHost(host) ? wildcards : exact).add(host);
      }
    about.addCallersOf(exact, wildcards);
  }
  const patterns = [...wildcards];
  return { has: (host) => exact.has(host) || patterns.some((pattern) => hostsOverlap(pattern, host)) };
}

class HostsAbout {
  readonly #graph: MeshGraph;
  readonly #own: ReadonlySet<Manifest>;
  /** VirtualServices by the delegates that they name. */
  readonly #roots = new Map<string, Resource<'VirtualService'>[]>();

  constructor(graph: MeshGraph) {
    this.#graph = graph;
    this.#own = new Set(graph.manifests);
    for (const root of graph.of('VirtualService'))
      for (const { delegate } of root.spec.http ?? [])
        if (delegate?.name !== undefined)
          push(this.#roots, `${delegate.namespace || root.namespace}/${delegate.name}`, root);
  }

  owns(manifest: Manifest): boolean {
    return this.#own.has(manifest);
  }

  of(manifest: Manifest): readonly string[] {
    const { clusterDomain, rootNamespace } = this.#graph.settings;
    const { kind, group, name, namespace } = manifest;
    if (kind === 'Service' && group === '') return [`${name}.${namespace}.svc.${clusterDomain}`];
    if (kind === 'Namespace' && group === '') return this.#hostsOf(this.#graph.workloadsBy(name).select({}));
    if (kind === 'HorizontalPodAutoscaler') return this.#hostsOf(this.#graph.workloadsBy(namespace).select({}));
    if (kind === 'ConfigMap' && manifest === this.#graph.meshConfig?.configMap) return ['*'];
    const workload = this.#graph.workloadOf(manifest);
    if (workload) return this.#hostsOf([workload]);
    switch (istioKindOf(manifest)) {
      case 'VirtualService':
        return this.#hostsOfRoute(resourceOf('VirtualService', manifest));
      case 'DestinationRule':
        return [fullHost(resourceOf('DestinationRule', manifest).spec.host, namespace, clusterDomain)];
      case 'ServiceEntry':
        return resourceOf('ServiceEntry', manifest).spec.hosts.map((host) => fullHost(host, namespace, clusterDomain));
      case 'Gateway':
        return this.#graph
          .of('VirtualService')
          .filter((one) => gatewaysOf(one).includes(gatewayKey(name, namespace)))
          .flatMap((one) => virtualServiceHosts(one, clusterDomain));
      case 'Sidecar':
        return (resourceOf('Sidecar', manifest).spec.egress ?? [{ hosts: ['*/*'] }]).flatMap(({ hosts }) =>
          hosts.map((host) => host.slice(host.indexOf('/') + 1).toLowerCase()),
        );
      case 'PeerAuthentication': {
        const { selector } = resourceOf('PeerAuthentication', manifest).spec;
        const pods = this.#graph.workloadsBy(namespace === rootNamespace ? undefined : namespace);
        return this.#hostsOf(pods.select(namespace === rootNamespace ? {} : (selector?.matchLabels ?? {})));
      }
      default:
        return [];
    }
  }

  #hostsOf(workloads: readonly Workload[]): readonly string[] {
    return workloads.flatMap((workload) => this.#graph.servicesOf(workload).map(({ host }) => host));
  }

  /** One without hosts is there for others to delegate to. */
  #hostsOfRoute(virtualService: Resource<'VirtualService'>): readonly string[] {
    const { clusterDomain } = this.#graph.settings;
    const roots = this.#roots.get(`${virtualService.namespace}/${virtualService.name}`) ?? [];
    return [virtualService, ...roots].flatMap((one) => virtualServiceHosts(one, clusterDomain));
  }

  /** Adds the hosts of all routes that lead to a host that is touched. */
  addCallersOf(exact: Set<string>, wildcards: ReadonlySet<string>): void {
    const { clusterDomain } = this.#graph.settings;
    const touched = new Set(exact);
    const patterns = [...wildcards];
    for (const virtualService of this.#graph.of('VirtualService')) {
      const leadsThere = routeDestinations(virtualService, clusterDomain).some(
        ({ host }) => touched.has(host) || patterns.some((pattern) => hostsOverlap(pattern, host)),
      );
      if (leadsThere) for (const host of this.#hostsOfRoute(virtualService)) exact.add(host);
    }
  }
}
