import type { IstioEgressListener } from '../imports/istio.ts';
import type { Path } from '../model/schema.ts';
import { hostCovers, hostsOverlap } from '../model/host.ts';
import { isExportedTo } from './export-to.ts';
import type { MeshHost } from './mesh-host.ts';
import type { MeshSettings } from './mesh-settings.ts';
import type { Pods } from './policies.ts';
import { parseProtocol, type Protocol } from './protocol.ts';
import { byAge, type Resource } from './resource.ts';
import { SelectorIndex } from './selector-index.ts';
import { MESH_GATEWAY, virtualServiceHosts, type VirtualServices } from './virtual-services.ts';

/** One `egress` entry as it acts; the whole mesh where there is no Sidecar. */
export interface EgressListener {
  /** Undefined where there is no Sidecar, or one without `egress`. */
  readonly listener: IstioEgressListener | undefined;
  readonly at: Path | undefined;
  /** The port that it is for; undefined for all others. */
  readonly port: number | undefined;
  /** What that port speaks, whatever the Services on it say; undefined where it is for all others. */
  readonly protocol: Protocol | undefined;
  /** The address that clients call by themselves to come here; undefined where it takes what they send to hosts. */
  readonly bind: string | undefined;
  imports(host: Pick<MeshHost, 'host' | 'namespace'>): boolean;
  /** Whether it sees a VirtualService that is exported to its namespace. */
  sees(virtualService: Resource<'VirtualService'>): boolean;
  /** VirtualServices that this listener sees, in the order in which the first one wins; worked out when asked for. */
  readonly virtualServices: readonly Resource<'VirtualService'>[];
}

/** What the proxy of a workload knows of the mesh. */
export interface SidecarScope {
  /** Undefined where no Sidecar holds: then everything that is exported to the namespace is known. */
  readonly sidecar: Resource<'Sidecar'> | undefined;
  readonly namespace: string;
  readonly egress: readonly [EgressListener, ...EgressListener[]];
  readonly outboundTrafficPolicy: 'ALLOW_ANY' | 'REGISTRY_ONLY';
}

/** All Sidecars of a mesh. */
export class Sidecars {
  /** Those with a selector, by namespace. */
  readonly #selecting: ReadonlyMap<string, SelectorIndex<Resource<'Sidecar'>>>;
  /** The oldest one of a namespace without a selector. */
  readonly #wide = new Map<string, Resource<'Sidecar'>>();
  readonly #scopes = new Map<string, SidecarScope>();
  readonly #settings: MeshSettings;
  readonly #virtualServices: VirtualServices;

  constructor(all: readonly Resource<'Sidecar'>[], virtualServices: VirtualServices, settings: MeshSettings) {
    this.#settings = settings;
    this.#virtualServices = virtualServices;
    const selecting = new Map<string, Resource<'Sidecar'>[]>();
    for (const sidecar of [...all].sort(byAge)) {
      const { namespace, spec } = sidecar;
      if (spec.workloadSelector === undefined) {
        if (!this.#wide.has(namespace)) this.#wide.set(namespace, sidecar);
        continue;
      }
      const list = selecting.get(namespace);
      if (list) list.push(sidecar);
      else selecting.set(namespace, [sidecar]);
    }
    this.#selecting = new Map(
      [...selecting].map(([namespace, list]) => [
        namespace,
        new SelectorIndex(list, ({ spec }) => spec.workloadSelector?.labels ?? {}),
      ]),
    );
  }

  /**
   * The Sidecar that holds for pods: the oldest of their namespace whose selector fits, else the one of the namespace
   * without a selector, else that of the root namespace. Gateways ignore all of them.
   * Source: Istio's getSidecarScope
   */
  for(pods: Pods): Resource<'Sidecar'> | undefined {
    return (
      this.#selecting.get(pods.namespace)?.matching(pods.labels)[0] ??
      this.#wide.get(pods.namespace) ??
      this.#wide.get(this.#settings.rootNamespace)
    );
  }

  /** What the proxy of these pods knows. */
  scopeOf(pods: Pods): SidecarScope {
    const sidecar = this.for(pods);
    const key = `${pods.namespace} ${sidecar === undefined ? '' : `${sidecar.namespace}/${sidecar.name}`}`;
    const cached = this.#scopes.get(key);
    if (cached) return cached;
    const scope = this.#build(sidecar, pods.namespace);
    this.#scopes.set(key, scope);
    return scope;
  }

  #build(sidecar: Resource<'Sidecar'> | undefined, namespace: string): SidecarScope {
    const declared = sidecar?.spec.egress ?? [];
    const [first, ...rest] = declared.map((listener, index) =>
      this.#listener(listener, ['spec', 'egress', index], namespace),
    );
    const egress: readonly [EgressListener, ...EgressListener[]] =
      first === undefined ? [this.#listener(undefined, undefined, namespace)] : [first, ...rest];
    return {
      sidecar,
      namespace,
      egress,
      // The mode of a block that names none is REGISTRY_ONLY: it is the first of the API's choices.
      outboundTrafficPolicy:
        sidecar?.spec.outboundTrafficPolicy === undefined
          ? this.#settings.outboundTrafficPolicy
          : (sidecar.spec.outboundTrafficPolicy.mode ?? 'REGISTRY_ONLY'),
    };
  }

  #listener(listener: IstioEgressListener | undefined, at: Path | undefined, namespace: string): EgressListener {
    const hosts = egressHosts(listener?.hosts ?? ['*/*'], namespace);
    const covered = (isVirtual: boolean, owner: string, host: string): boolean => {
      const fits = ({ namespace: wanted, host: pattern }: EgressHost): boolean =>
        (wanted === '*' || wanted === owner) && (isVirtual ? hostsOverlap(pattern, host) : hostCovers(pattern, host));
      return (
        hosts.some((entry) => !entry.isExcluded && fits(entry)) &&
        !hosts.some(
          (entry) =>
            entry.isExcluded && (entry.namespace === '*' || entry.namespace === owner) && hostCovers(entry.host, host),
        )
      );
    };
    const { clusterDomain } = this.#settings;
    const sees = (virtualService: Resource<'VirtualService'>): boolean =>
      virtualServiceHosts(virtualService, clusterDomain).some((host) => covered(true, virtualService.namespace, host));
    const all = this.#virtualServices;
    let seen: readonly Resource<'VirtualService'>[] | undefined;
    return {
      listener,
      at,
      port: listener?.port?.number,
      protocol: listener?.port === undefined ? undefined : (parseProtocol(listener.port.protocol ?? '') ?? 'sniffed'),
      bind: bindOf(listener),
      imports: (host) => covered(false, host.namespace, host.host),
      sees,
      // Every Sidecar asking all VirtualServices would be quadratic in services.
      get virtualServices() {
        return (seen ??= all.visibleTo(namespace, MESH_GATEWAY).filter(sees));
      },
    };
  }
}

/** Source: Istio's buildSidecarOutboundListeners */
const bindOf = (listener: IstioEgressListener | undefined): string | undefined =>
  listener?.bind || (listener?.captureMode === 'NONE' ? LOOPBACK : undefined);

/** Where a pod calls itself. */
export const LOOPBACK = '127.0.0.1';

/** One host of an `egress` entry: which hosts of which namespace it lets in, or keeps out. */
interface EgressHost {
  readonly namespace: string;
  readonly host: string;
  readonly isExcluded: boolean;
}

/** Source: Istio's convertIstioListenerToWrapper */
const egressHosts = (hosts: readonly string[], namespace: string): readonly EgressHost[] =>
  hosts.flatMap((entry) => {
    const [owner = '', host = '', ...rest] = entry.split('/');
    if (host === '' || rest.length > 0) return []; // the API refuses it
    // `~/*` lets nothing in, `~shop/orders…` keeps something out that another entry lets in.
    const isExcluded = owner.startsWith('~');
    const named = isExcluded ? owner.slice(1) || '*' : owner;
    return [{ namespace: named === '.' ? namespace : named, host: host.toLowerCase(), isExcluded }];
  });

/** Whether a host of the registry is seen in a namespace at all, before any Sidecar. */
export const isVisible = (host: Pick<MeshHost, 'exportTo' | 'namespace'>, client: string): boolean =>
  isExportedTo(host.exportTo, host.namespace, client);
