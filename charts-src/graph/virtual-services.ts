import { fullHost } from '../model/host.ts';
import { isExportedTo, isPrivate } from './export-to.ts';
import { byAge, type Resource } from './resource.ts';

/** The name by which a VirtualService says that it is for sidecars. */
export const MESH_GATEWAY = 'mesh';

/**
 * A gateway as a VirtualService names it, completed: `namespace/name`, or `mesh`.
 * Source: Istio's resolveGatewayName
 */
export function gatewayKey(name: string, namespace: string): string {
  if (name === MESH_GATEWAY) return name;
  const slash = name.indexOf('/');
  if (slash >= 0) return name.startsWith('./') ? `${namespace}${name.slice(1)}` : name;
  // The old form: `gateway.namespace.svc.cluster.local`.
  const [short = '', owner] = name.split('.');
  return owner === undefined ? `${namespace}/${name}` : `${owner}/${short}`;
}

/** Gateways that a VirtualService is bound to. */
export const gatewaysOf = ({ spec, namespace }: Resource<'VirtualService'>): readonly string[] =>
  (spec.gateways ?? []).length === 0
    ? [MESH_GATEWAY]
    : (spec.gateways ?? []).map((name) => gatewayKey(name, namespace));

/** Hosts of a VirtualService, completed. */
export const virtualServiceHosts = (
  { spec, namespace }: Resource<'VirtualService'>,
  domain: string,
): readonly string[] => (spec.hosts ?? []).map((host) => fullHost(host, namespace, domain));

/** Whether it is only there for others to delegate to. */
export const isDelegate = ({ spec }: Resource<'VirtualService'>): boolean => (spec.hosts ?? []).length === 0;

/** All VirtualServices of a mesh, ready to be asked by proxies. */
export class VirtualServices {
  readonly #byGateway = new Map<string, Resource<'VirtualService'>[]>();
  readonly #cache = new Map<string, readonly Resource<'VirtualService'>[]>();
  readonly #byName = new Map<string, Resource<'VirtualService'>>();

  constructor(all: readonly Resource<'VirtualService'>[]) {
    for (const virtualService of [...all].sort(byAge)) {
      this.#byName.set(`${virtualService.namespace}/${virtualService.name}`, virtualService);
      if (isDelegate(virtualService)) continue;
      for (const gateway of new Set(gatewaysOf(virtualService))) {
        const list = this.#byGateway.get(gateway);
        if (list) list.push(virtualService);
        else this.#byGateway.set(gateway, [virtualService]);
      }
    }
  }

  /** One by its namespace and name. */
  named(namespace: string, name: string): Resource<'VirtualService'> | undefined {
    return this.#byName.get(`${namespace}/${name}`);
  }

  /** Whether anything at all is bound to a gateway. */
  hasAny(gateway: string): boolean {
    return this.#byGateway.has(gateway);
  }

  /** Gateways that some VirtualService names, `mesh` among them. */
  get gateways(): Iterable<string> {
    return this.#byGateway.keys();
  }

  /**
   * Those that a proxy in a namespace sees for a gateway (`mesh` for sidecars), in the order in which the first one for
   * a host wins: private ones of the namespace, those exported to it by name, public ones; each by age.
   * Source: Istio's SelectVirtualServices, VirtualServicesForGateway
   */
  visibleTo(namespace: string, gateway: string): readonly Resource<'VirtualService'>[] {
    const key = `${namespace} ${gateway}`;
    const cached = this.#cache.get(key);
    if (cached) return cached;
    const found = (this.#byGateway.get(gateway) ?? [])
      .filter(({ spec, namespace: owner }) => isExportedTo(spec.exportTo ?? [], owner, namespace))
      .map((virtualService) => ({ virtualService, rank: rankFor(virtualService) }))
      .sort((a, b) => a.rank - b.rank)
      .map(({ virtualService }) => virtualService);
    this.#cache.set(key, found);
    return found;
  }
}

/** 0 for private to its namespace, 1 for exported by name, 2 for public. */
function rankFor({ spec, namespace }: Resource<'VirtualService'>): number {
  const exportTo = spec.exportTo ?? [];
  if (exportTo.length === 0 || exportTo.includes('*')) return 2;
  return isPrivate(exportTo, namespace) ? 0 : 1;
}
