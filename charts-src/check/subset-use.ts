import type { MeshGraph } from '../graph/mesh-graph.ts';
import type { Resource } from '../graph/resource.ts';
import type { Destination } from '../imports/istio.ts';
import { fullHost } from '../model/host.ts';

/** Which subsets of which hosts VirtualServices send traffic to. */
export class SubsetUse {
  readonly #used = new Map<string, Set<string | undefined>>();
  readonly #domain: string;

  constructor(graph: Pick<MeshGraph, 'of' | 'settings'>) {
    this.#domain = graph.settings.clusterDomain;
    for (const { spec, namespace } of graph.of('VirtualService')) {
      const routes = [...(spec.http ?? []), ...(spec.tcp ?? []), ...(spec.tls ?? [])];
      for (const { route = [] } of routes) for (const { destination } of route) this.#add(destination, namespace);
    }
  }

  /** Subsets of a host that traffic is sent to; with undefined for the host as a whole. */
  of(host: string): ReadonlySet<string | undefined> {
    return this.#used.get(host) ?? new Set();
  }

  #add({ host, subset }: Destination, namespace: Resource['namespace']): void {
    const name = fullHost(host, namespace, this.#domain);
    this.#used.set(name, (this.#used.get(name) ?? new Set()).add(subset === '' ? undefined : subset));
  }
}
