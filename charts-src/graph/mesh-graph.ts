import type { IstioKind } from '../imports/istio.ts';
import type { Manifest, ReadManifests, ReadProblem } from '../manifest/manifest.ts';
import { conform } from '../model/conform.ts';
import { bySpecificity, hostCovers, isWildcardHost, serviceOfHost } from '../model/host.ts';
import { exported } from './default-export-to.ts';
import { DestinationRules, type Client, type EffectiveDestinationRule } from './destination-rules.ts';
import { gatewayNode, type GatewayNode } from './gateways.ts';
import { LabelIndex } from './labels.ts';
import { declaredSettings, meshConfigOf, type MeshConfig } from './mesh-config.ts';
import { hostOfService, hostsOfServiceEntry, type MeshHost } from './mesh-host.ts';
import { DEFAULT_SETTINGS, type MeshSettings } from './mesh-settings.ts';
import { injectionOf, type Namespace } from './namespace.ts';
import { PeerAuthentications, SelectingPolicies } from './policies.ts';
import { byAge, istioKindOf, resourceOf, type Resource } from './resource.ts';
import { autoscalerSpecShape, type AutoscalerSpec } from './shapes.ts';
import { isVisible, Sidecars } from './sidecars.ts';
import { VirtualServices } from './virtual-services.ts';
import { isWorkload, workloadOf, type Autoscaling, type Workload } from './workload.ts';
import { groupBy, push } from '../model/multimap.ts';

/**
 * A mesh as manifests describe it: every reference resolved, every index built once. It is only read: what check,
 * explain, diff and the picture say follows from it.
 */
export interface MeshGraph {
  readonly settings: MeshSettings;
  /** MeshConfig as the ConfigMap of istiod has it; undefined where that is not among the files. */
  readonly meshConfig: MeshConfig | undefined;
  /** Everything that was read, whatever its kind: by the name of its file, and within one in its order. */
  readonly manifests: readonly Manifest[];
  /** What could not be read. */
  readonly problems: readonly ReadProblem[];
  /** Objects of one of Istio's kinds, by age. */
  of<K extends IstioKind>(kind: K): readonly Resource<K>[];
  /** Objects of a kind of Kubernetes or anybody else: `objects('NetworkPolicy', 'networking.k8s.io')`. */
  objects(kind: string, group: string): readonly Manifest[];
  /** Every namespace that is declared or used. */
  readonly namespaces: ReadonlyMap<string, Namespace>;
  readonly workloads: readonly Workload[];
  /** The workload that an object is. */
  workloadOf(manifest: Manifest): Workload | undefined;
  /** Workloads by the labels of their pods, of one namespace or of all. */
  workloadsBy(namespace?: string): LabelIndex<Workload>;
  /** Everything that Istio's registry knows: Services, and hosts of ServiceEntries. */
  readonly hosts: readonly MeshHost[];
  /** Hosts that are Kubernetes Services. */
  readonly services: readonly MeshHost[];
  /** What the registry holds under exactly this name, oldest first; a name can be in several namespaces. */
  hostsNamed(host: string): readonly MeshHost[];
  /** What a client in a namespace means by a full name: an exact one, else the most specific wildcard that covers it. */
  lookUp(host: string, clientNamespace: string): MeshHost | undefined;
  /** Services that select a workload. */
  servicesOf(workload: Workload): readonly MeshHost[];
  /** The DestinationRule that a client uses for a host. */
  destinationRuleFor(client: Client, host: string): EffectiveDestinationRule | undefined;
  readonly virtualServices: VirtualServices;
  readonly sidecars: Sidecars;
  readonly peerAuthentications: PeerAuthentications;
  readonly authorizationPolicies: SelectingPolicies<Resource<'AuthorizationPolicy'>>;
  readonly requestAuthentications: SelectingPolicies<Resource<'RequestAuthentication'>>;
  readonly gateways: readonly GatewayNode[];
  /** The Gateway of a `namespace/name`. */
  gateway(key: string): GatewayNode | undefined;
}

/** Resolves manifests into a mesh. */
export function buildGraph(read: ReadManifests, settings: Partial<MeshSettings> = {}): MeshGraph {
  const manifests = byFile(read.manifests);
  const byKind = groupBy(manifests, ({ group, kind }) => `${group}/${kind}`);
  const objects = (kind: string, group: string): readonly Manifest[] => byKind.get(`${group}/${kind}`) ?? [];
  const { rootNamespace } = { ...DEFAULT_SETTINGS, ...settings };
  const meshConfig = meshConfigOf(objects('ConfigMap', ''), rootNamespace);
  // What is said by an option stands above what a file says.
  const mesh: MeshSettings = { ...DEFAULT_SETTINGS, ...declaredSettings(meshConfig), ...settings };

  const resources = new Map<IstioKind, Resource[]>();
  for (const manifest of manifests) {
    const kind = istioKindOf(manifest);
    if (kind !== undefined) push(resources, kind, exported(resourceOf(kind, manifest), mesh));
  }
  for (const list of resources.values()) list.sort(byAge);
  // What is kept under a kind was made for that kind.
  const of = <K extends IstioKind>(kind: K) => (resources.get(kind) ?? []) as unknown as readonly Resource<K>[];

  const namespaces = namespacesOf(manifests, objects('Namespace', ''));
  const workloads = workloadsOf(manifests, objects('HorizontalPodAutoscaler', 'autoscaling'), namespaces);
  const byManifest = new Map(workloads.map((workload) => [workload.manifest, workload]));
  const allPods = new LabelIndex(workloads, ({ labels }) => labels);
  const podsByNamespace = new Map<string, LabelIndex<Workload>>();
  for (const [namespace, list] of groupBy(workloads, ({ namespace }) => namespace))
    podsByNamespace.set(namespace, new LabelIndex(list, ({ labels }) => labels));
  const noPods = new LabelIndex<Workload>([], ({ labels }) => labels);
  const podsOf = (namespace: string): LabelIndex<Workload> => podsByNamespace.get(namespace) ?? noPods;

  const services = objects('Service', '').map((manifest) =>
    hostOfService(manifest, (selector) => podsOf(manifest.namespace).select(selector), mesh),
  );
  const hosts = [
    ...services,
    ...of('ServiceEntry').flatMap((entry) =>
      hostsOfServiceEntry(entry, (selector) => podsOf(entry.namespace).select(selector), mesh.clusterDomain),
    ),
  ];
  const byName = groupBy(hosts, ({ host }) => host);
  const wildcards = [...byName.keys()].filter(isWildcardHost).sort(bySpecificity);
  const byWorkload = new Map<Workload, MeshHost[]>();
  for (const service of services) for (const workload of service.workloads) push(byWorkload, workload, service);

  const visible = (host: string, client: string): MeshHost | undefined => {
    const seen = (byName.get(host) ?? []).filter((found) => isVisible(found, client));
    return (
      seen.find(({ namespace }) => namespace === client) ?? seen.find(({ from }) => from.kind === 'Service') ?? seen[0]
    );
  };
  const lookUp = (host: string, client: string): MeshHost | undefined => {
    const exact = visible(host, client);
    if (exact) return exact;
    for (const wildcard of wildcards) {
      const found = hostCovers(wildcard, host) ? visible(wildcard, client) : undefined;
      if (found) return found;
    }
    return undefined;
  };

  const destinationRules = new DestinationRules(of('DestinationRule'), mesh);
  const virtualServices = new VirtualServices(of('VirtualService'));
  const gateways = of('Gateway').map((gateway) => gatewayNode(gateway, allPods));
  const gatewayByKey = new Map(gateways.map((node) => [node.key, node]));
  return {
    settings: mesh,
    meshConfig,
    manifests,
    problems: read.problems,
    of,
    objects,
    namespaces,
    workloads,
    workloadOf: (manifest) => byManifest.get(manifest),
    workloadsBy: (namespace) => (namespace === undefined ? allPods : podsOf(namespace)),
    hosts,
    services,
    hostsNamed: (host) => byName.get(host) ?? [],
    lookUp,
    servicesOf: (workload) => byWorkload.get(workload) ?? [],
    destinationRuleFor: (client, host) =>
      destinationRules.for(
        client,
        host,
        (lookUp(host, client.namespace) ?? byName.get(host)?.[0])?.namespace ??
          // The name says where a Service is that is not among the files.
          serviceOfHost(host, mesh.clusterDomain)?.namespace,
      ),
    virtualServices,
    sidecars: new Sidecars(of('Sidecar'), virtualServices, mesh),
    peerAuthentications: new PeerAuthentications(of('PeerAuthentication'), mesh),
    authorizationPolicies: new SelectingPolicies(of('AuthorizationPolicy'), mesh),
    requestAuthentications: new SelectingPolicies(of('RequestAuthentication'), mesh),
    gateways,
    gateway: (key) => gatewayByKey.get(key),
  };
}

/** What is said about a mesh must not depend on which file was read first. */
const byFile = (manifests: readonly Manifest[]): readonly Manifest[] =>
  [...manifests].sort((one, other) => (one.file < other.file ? -1 : one.file > other.file ? 1 : 0));

function namespacesOf(all: readonly Manifest[], declared: readonly Manifest[]): ReadonlyMap<string, Namespace> {
  const names = new Set(declared.map(({ name }) => name));
  const described = new Set<string>();
  for (const { kind, group, namespace } of all) {
    if (namespace === '') continue;
    names.add(namespace);
    if (kind === 'Service' && group === '') described.add(namespace);
  }
  const byName = new Map(declared.map((manifest) => [manifest.name, manifest]));
  return new Map(
    [...names].sort().map((name) => {
      const manifest = byName.get(name);
      return [
        name,
        {
          name,
          manifest,
          labels: manifest?.labels ?? {},
          injection: injectionOf(manifest),
          isDescribed: described.has(name),
        },
      ];
    }),
  );
}

function workloadsOf(
  all: readonly Manifest[],
  autoscalers: readonly Manifest[],
  namespaces: ReadonlyMap<string, Namespace>,
): readonly Workload[] {
  const scaled = new Map<string, Autoscaling>();
  for (const autoscaler of autoscalers) {
    const spec = conform(autoscalerSpecShape, autoscaler.object['spec']) as AutoscalerSpec; // `conform` leaves these types
    const { kind = '', name = '' } = spec.scaleTargetRef ?? {};
    scaled.set(`${kind} ${autoscaler.namespace}/${name}`, {
      minReplicas: spec.minReplicas ?? 1,
      maxReplicas: spec.maxReplicas ?? spec.minReplicas ?? 1,
    });
  }
  return all
    .filter(isWorkload)
    .map((manifest) =>
      workloadOf(
        manifest,
        namespaces.get(manifest.namespace)?.injection ?? 'unknown',
        scaled.get(`${manifest.kind} ${manifest.namespace}/${manifest.name}`),
      ),
    );
}
