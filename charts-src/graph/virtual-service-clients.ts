import { own } from '../model/own.ts';
import type { GatewayNode } from './gateways.ts';
import type { MeshGraph } from './mesh-graph.ts';
import { perGraph } from './per-graph.ts';
import type { Resource } from './resource.ts';
import type { RouteDestination } from './route-destinations.ts';
import { gatewayKey, gatewaysOf, isDelegate, MESH_GATEWAY } from './virtual-services.ts';

/** Where the proxies of Istio's own ingress and egress gateways run, and the labels that Istio's charts give them. */
const DEFAULT_GATEWAYS: Readonly<Record<string, readonly string[]>> = {
  istio: ['ingressgateway', 'egressgateway', 'eastwestgateway'],
  app: ['istio-ingressgateway', 'istio-egressgateway', 'istio-eastwestgateway'],
};

/** Whether a selector can only mean a gateway that Istio's own charts install, whose pods are rarely in the files. */
export function selectsDefaultGateway(selector: Readonly<Record<string, string>>): boolean {
  const labels = Object.entries(selector);
  return labels.length > 0 && labels.every(([key, value]) => own(DEFAULT_GATEWAYS, key)?.includes(value) ?? false);
}

/** The gateways that act on a VirtualService. */
export interface VirtualServiceClients {
  /** Gateways that it is bound to and that are among the files. */
  readonly gateways: readonly GatewayNode[];
  /** `namespace/name` of those that are not. */
  readonly missingGateways: readonly string[];
}

/** Which VirtualServices act where, for all rules that ask. */
export class Clients {
  readonly #graph: MeshGraph;
  readonly #roots = new Map<string, Resource<'VirtualService'>[]>();
  /** One name can be in several files, of which one is applied. */
  readonly #gateways = new Map<string, GatewayNode[]>();
  readonly #known = new Map<Resource<'VirtualService'>, VirtualServiceClients>();

  constructor(graph: MeshGraph) {
    this.#graph = graph;
    for (const node of graph.gateways) {
      const list = this.#gateways.get(node.key);
      if (list) list.push(node);
      else this.#gateways.set(node.key, [node]);
    }
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
    const known = this.#known.get(virtualService);
    if (known) return known;
    const gateways = new Set<GatewayNode>();
    const missing = new Set<string>();
    for (const acting of this.actingFor(virtualService))
      for (const key of gatewaysOf(acting)) {
        if (key === MESH_GATEWAY) continue;
        const nodes = this.#gateways.get(key);
        if (nodes === undefined) missing.add(key);
        for (const node of nodes ?? []) gateways.add(node);
      }
    const found = { gateways: [...gateways], missingGateways: [...missing] };
    this.#known.set(virtualService, found);
    return found;
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

/** The clients of a mesh, worked out once. */
export const clientsOf = perGraph((graph): Clients => new Clients(graph));

/** Gateways that a match names, completed. */
export const matchGateways = (gateways: readonly string[] | undefined, namespace: string): readonly string[] =>
  (gateways ?? []).map((name) => gatewayKey(name, namespace));

/** Whether a rule is for a gateway, by its key, or for sidecars, `mesh`: matches may ask for some of those that the
 * VirtualService is bound to. */
export function isForGateway(
  {
    virtualService: { spec, namespace },
    protocol,
    rule,
  }: Pick<RouteDestination, 'virtualService' | 'protocol' | 'rule'>,
  key: string,
): boolean {
  const matches = spec[protocol]?.[rule]?.match ?? [];
  return (
    matches.length === 0 ||
    matches.some(({ gateways = [] }) => gateways.length === 0 || matchGateways(gateways, namespace).includes(key))
  );
}
