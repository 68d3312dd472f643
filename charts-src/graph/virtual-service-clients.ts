import type { GatewayNode } from './gateways.ts';
import { isExportedTo } from './export-to.ts';
import type { MeshGraph } from './mesh-graph.ts';
import type { Resource } from './resource.ts';
import { gatewayKey, gatewaysOf, isDelegate, MESH_GATEWAY } from './virtual-services.ts';

/** Where the proxies of Istio's own ingress and egress gateways run, and the labels that Istio's charts give them. */
const DEFAULT_GATEWAYS: Readonly<Record<string, readonly string[]>> = {
  istio: ['ingressgateway', 'egressgateway', 'eastwestgateway'],
  app: ['istio-ingressgateway', 'istio-egressgateway', 'istio-eastwestgateway'],
};

/** Whether a selector can only mean a gateway that Istio's own charts install, whose pods are rarely in the files. */
export function selectsDefaultGateway(selector: Readonly<Record<string, string>>): boolean {
  const labels = Object.entries(selector);
  return labels.length > 0 && labels.every(([key, value]) => DEFAULT_GATEWAYS[key]?.includes(value) ?? false);
}

/** Who acts on a VirtualService. */
export interface VirtualServiceClients {
  /** Namespaces with sidecars that see it; its own where the files know of no sidecar at all. Empty without `mesh`. */
  readonly mesh: readonly string[];
  /** Gateways that it is bound to and that are among the files. */
  readonly gateways: readonly GatewayNode[];
  /** `namespace/name` of those that are not. */
  readonly missingGateways: readonly string[];
}

/** Which VirtualServices act where, for all rules that ask. */
export class Clients {
  readonly #graph: MeshGraph;
  readonly #sidecars: readonly string[];
  readonly #roots = new Map<string, Resource<'VirtualService'>[]>();

  constructor(graph: MeshGraph) {
    this.#graph = graph;
    this.#sidecars = [
      ...new Set(
        graph.workloads
          .filter(({ sidecar, isGateway }) => sidecar !== 'no' && !isGateway)
          .map(({ namespace }) => namespace),
      ),
    ].sort();
    for (const root of graph.of('VirtualService'))
      for (const { delegate } of root.spec.http ?? []) {
        if (delegate?.name === undefined) continue;
        const key = `${delegate.namespace || root.namespace}/${delegate.name}`;
        const list = this.#roots.get(key);
        if (list) list.push(root);
        else this.#roots.set(key, [root]);
      }
  }

  /** VirtualServices that delegate to this one. */
  rootsOf({ namespace, name }: Pick<Resource, 'namespace' | 'name'>): readonly Resource<'VirtualService'>[] {
    return this.#roots.get(`${namespace}/${name}`) ?? [];
  }

  /** Those whose gateways and `exportTo` say who acts on it: itself, or its roots where it is a delegate. */
  actingFor(virtualService: Resource<'VirtualService'>): readonly Resource<'VirtualService'>[] {
    return isDelegate(virtualService) ? this.rootsOf(virtualService) : [virtualService];
  }

  of(virtualService: Resource<'VirtualService'>): VirtualServiceClients {
    const mesh = new Set<string>();
    const gateways = new Map<string, GatewayNode>();
    const missing = new Set<string>();
    for (const acting of this.actingFor(virtualService))
      for (const key of gatewaysOf(acting)) {
        if (key === MESH_GATEWAY) for (const namespace of this.#namespacesSeeing(acting)) mesh.add(namespace);
        else {
          const node = this.#graph.gateway(key);
          if (node) gateways.set(key, node);
          else missing.add(key);
        }
      }
    return { mesh: [...mesh].sort(), gateways: [...gateways.values()], missingGateways: [...missing] };
  }

  #namespacesSeeing({ spec, namespace }: Resource<'VirtualService'>): readonly string[] {
    const seeing = this.#sidecars.filter((client) => isExportedTo(spec.exportTo ?? [], namespace, client));
    if (seeing.length > 0) return seeing;
    const named = (spec.exportTo ?? []).map((to) => (to === '.' ? namespace : to)).filter((to) => to !== '*');
    return named.length > 0 ? named : [namespace];
  }

  /**
   * Namespaces in which the pods of a gateway run. Where they are not among the files: that of Istio's own gateways, for
   * a selector that means them; else none, because nobody knows.
   */
  namespacesOf({ gateway, workloads }: GatewayNode): readonly string[] {
    if (workloads.length > 0) return [...new Set(workloads.map(({ namespace }) => namespace))].sort();
    return selectsDefaultGateway(gateway.spec.selector ?? {}) ? [this.#graph.settings.rootNamespace] : [];
  }
}

const made = new WeakMap<MeshGraph, Clients>();

/** The clients of a mesh, worked out once. */
export function clientsOf(graph: MeshGraph): Clients {
  const known = made.get(graph) ?? new Clients(graph);
  made.set(graph, known);
  return known;
}

/** Gateways that a match names, completed. */
export const matchGateways = (gateways: readonly string[] | undefined, namespace: string): readonly string[] =>
  (gateways ?? []).map((name) => gatewayKey(name, namespace));
