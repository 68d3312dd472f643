import type { AuthorizationPolicySpec, PolicyTargetReference } from '../imports/istio.ts';
import type { Path } from '../model/schema.ts';
import type { Labels } from './labels.ts';
import type { MeshSettings } from './mesh-settings.ts';
import { byAge, type Resource } from './resource.ts';
import { SelectorIndex } from './selector-index.ts';
import type { Workload } from './workload.ts';

/** Mutual TLS as a server asks for it. */
export type MtlsMode = 'STRICT' | 'PERMISSIVE' | 'DISABLE';

/** The mode of one port of pods, and what says so; nothing where it is Istio's default. */
export interface EffectiveMtls {
  readonly mode: MtlsMode;
  readonly from: { readonly policy: Resource<'PeerAuthentication'>; readonly at: Path } | undefined;
}

/** The pods that a policy is about: of which namespace, with which labels. */
export type Pods = Pick<Workload, 'namespace' | 'labels'>;

/** All PeerAuthentications of a mesh. */
export class PeerAuthentications {
  /** The oldest first. */
  readonly #byNamespace: ReadonlyMap<string, SelectorIndex<Resource<'PeerAuthentication'>>>;
  readonly #settings: MeshSettings;

  constructor(all: readonly Resource<'PeerAuthentication'>[], settings: MeshSettings) {
    this.#byNamespace = byNamespace(all, (policy) => selectorOf(policy) ?? {});
    this.#settings = settings;
  }

  /**
   * The mode that a container's port asks for: from the port of a policy that selects the pods, from that policy, from
   * that of the namespace, from that of the mesh. The oldest of equals wins; a selector in the root namespace does
   * nothing elsewhere.
   * Source: Istio's composePeerAuthentication
   */
  modeOf(pods: Pods, containerPort: number | undefined): EffectiveMtls {
    const { rootNamespace } = this.#settings;
    const here =
      pods.namespace === rootNamespace ? [] : (this.#byNamespace.get(pods.namespace)?.matching(pods.labels) ?? []);
    const workload = here.find((policy) => selectorOf(policy) !== undefined);
    const namespaceWide = here.find((policy) => selectorOf(policy) === undefined);
    const [meshWide] = this.#byNamespace.get(rootNamespace)?.matching({}) ?? [];
    const portMode =
      containerPort === undefined ? undefined : workload?.spec.portLevelMtls?.[String(containerPort)]?.mode;
    if (workload && portMode !== undefined && portMode !== 'UNSET')
      return {
        mode: portMode,
        from: { policy: workload, at: ['spec', 'portLevelMtls', String(containerPort), 'mode'] },
      };
    for (const policy of [workload, namespaceWide, meshWide]) {
      const mode = policy?.spec.mtls?.mode;
      if (policy && mode !== undefined && mode !== 'UNSET')
        return { mode, from: { policy, at: ['spec', 'mtls', 'mode'] } };
    }
    return { mode: 'PERMISSIVE', from: undefined };
  }
}

/** Labels that a PeerAuthentication selects by; undefined when it is for a whole namespace. */
export function selectorOf({ spec }: Resource<'PeerAuthentication'>): Labels | undefined {
  const labels = spec.selector?.matchLabels;
  return labels === undefined || Object.keys(labels).length === 0 ? undefined : labels;
}

/** A policy that selects pods by labels or by what it targets. */
type SelectingPolicy = Resource<'AuthorizationPolicy'> | Resource<'RequestAuthentication'>;

/** Things that a policy targets by name. */
export const targetsOf = ({ spec }: SelectingPolicy): readonly PolicyTargetReference[] =>
  spec.targetRefs ?? (spec.targetRef === undefined ? [] : [spec.targetRef]);

/** Policies of one kind, found by the pods that they are about. */
export class SelectingPolicies<P extends SelectingPolicy> {
  readonly #byNamespace: ReadonlyMap<string, SelectorIndex<P>>;
  readonly #settings: MeshSettings;

  constructor(all: readonly P[], settings: MeshSettings) {
    this.#byNamespace = byNamespace(
      all.filter((policy) => targetsOf(policy).length === 0),
      ({ spec }) => spec.selector?.matchLabels ?? {},
    );
    this.#settings = settings;
  }

  /**
   * Those that hold for pods with a sidecar or a classic gateway: of their namespace and of the root namespace, with a
   * selector that fits or without one. Those that target something by name are for waypoints and gateways of the
   * Gateway API.
   * Source: Istio's ListAuthorizationPolicies
   */
  for(pods: Pods): readonly P[] {
    const { rootNamespace } = this.#settings;
    const namespaces = pods.namespace === rootNamespace ? [rootNamespace] : [rootNamespace, pods.namespace];
    return namespaces.flatMap((namespace) => this.#byNamespace.get(namespace)?.matching(pods.labels) ?? []);
  }
}

/** The action of an AuthorizationPolicy; ALLOW when it says nothing. */
export const actionOf = ({ spec }: { readonly spec: AuthorizationPolicySpec }): 'ALLOW' | 'DENY' | 'AUDIT' | 'CUSTOM' =>
  spec.action ?? 'ALLOW';

/** Policies of each namespace, the oldest first, to be found by the labels of pods. */
function byNamespace<R extends Resource>(
  all: readonly R[],
  labelsOf: (resource: R) => Labels,
): ReadonlyMap<string, SelectorIndex<R>> {
  const found = new Map<string, R[]>();
  for (const resource of [...all].sort(byAge)) {
    const list = found.get(resource.namespace);
    if (list) list.push(resource);
    else found.set(resource.namespace, [resource]);
  }
  return new Map([...found].map(([namespace, list]) => [namespace, new SelectorIndex(list, labelsOf)]));
}
