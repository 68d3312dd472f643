import type { Manifest } from '../manifest/manifest.ts';
import { conform } from '../model/conform.ts';
import { fullHost, isWildcardHost, serviceOfHost } from '../model/host.ts';
import type { Path } from '../model/schema.ts';
import { defaultExportTo } from './default-export-to.ts';
import type { MeshSettings } from './mesh-settings.ts';
import { portProtocol, parseProtocol, type Protocol } from './protocol.ts';
import type { Resource } from './resource.ts';
import { serviceSpecShape, type ServiceSpec } from './shapes.ts';
import type { Workload } from './workload.ts';

/** A port of a host in Istio's registry. */
export interface MeshPort {
  readonly number: number;
  readonly name: string;
  readonly protocol: Protocol;
  /** Port of the pods: a number, the name of a container's port, or undefined for the same number. */
  readonly targetPort: number | string | undefined;
  /** Where it stands in its object. */
  readonly at: Path;
}

/** A host that Istio knows: a Service of Kubernetes, or one host of a ServiceEntry. */
export interface MeshHost {
  /** Full name; a ServiceEntry's may begin with `*`. */
  readonly host: string;
  readonly namespace: string;
  readonly manifest: Manifest;
  readonly ports: readonly MeshPort[];
  /** Namespaces as the object names them: `.`, `*`, `~` or names. */
  readonly exportTo: readonly string[];
  /** Pods that answer. */
  readonly workloads: readonly Workload[];
  readonly from: FromService | FromServiceEntry;
}

/** A host that is a Service of Kubernetes. */
export interface FromService {
  readonly kind: 'Service';
  readonly spec: ServiceSpec;
  readonly isHeadless: boolean;
}

/** A host that a ServiceEntry adds. */
export interface FromServiceEntry {
  readonly kind: 'ServiceEntry';
  readonly entry: Resource<'ServiceEntry'>;
  readonly isExternal: boolean;
}

/** The host that a Service is. */
export function hostOfService(
  manifest: Manifest,
  workloadsOf: (selector: Readonly<Record<string, string>>) => readonly Workload[],
  settings: MeshSettings,
): MeshHost {
  const exportTo = splitList(manifest.annotations['networking.istio.io/exportTo']);
  const spec = conform(serviceSpecShape, manifest.object['spec']) as ServiceSpec; // `conform` leaves these types
  const selector = spec.selector ?? {};
  return {
    host: `${manifest.name}.${manifest.namespace}.svc.${settings.clusterDomain}`,
    namespace: manifest.namespace,
    manifest,
    ports: (spec.ports ?? []).map((port, index) => ({
      number: port.port ?? 0,
      name: port.name ?? '',
      protocol: portProtocol(port),
      targetPort: targetPortOf(port.targetPort),
      at: ['spec', 'ports', index],
    })),
    exportTo: exportTo.length > 0 ? exportTo : defaultExportTo('Service', settings),
    // A Service without a selector has endpoints that somebody else keeps.
    workloads: Object.keys(selector).length === 0 || spec.type === 'ExternalName' ? [] : workloadsOf(selector),
    from: { kind: 'Service', spec, isHeadless: spec.clusterIP === 'None' },
  };
}

/** The hosts that a ServiceEntry adds. */
export function hostsOfServiceEntry(
  entry: Resource<'ServiceEntry'>,
  workloadsOf: (selector: Readonly<Record<string, string>>) => readonly Workload[],
  domain: string,
): readonly MeshHost[] {
  const { spec, manifest, namespace } = entry;
  const selector = spec.workloadSelector?.labels;
  const workloads = selector === undefined || Object.keys(selector).length === 0 ? [] : workloadsOf(selector);
  const ports = (spec.ports ?? []).map((port, index): MeshPort => ({
    number: port.number,
    name: port.name,
    protocol: parseProtocol(port.protocol ?? '') ?? 'sniffed',
    targetPort: port.targetPort,
    at: ['spec', 'ports', index],
  }));
  return spec.hosts.map((host) => ({
    host: fullHost(host, namespace, domain),
    namespace,
    manifest,
    ports,
    exportTo: spec.exportTo ?? [],
    workloads,
    from: { kind: 'ServiceEntry', entry, isExternal: spec.location !== 'MESH_INTERNAL' },
  }));
}

const targetPortOf = (value: unknown): number | string | undefined =>
  typeof value === 'number' || (typeof value === 'string' && value !== '') ? value : undefined;

const splitList = (text: string | undefined): readonly string[] =>
  (text ?? '')
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');

/** The ports of a workload's containers that a port of a host leads to; undefined when no container has it by name. */
export function containerPortOf({ targetPort, number }: MeshPort, { pod }: Pick<Workload, 'pod'>): number | undefined {
  if (targetPort === undefined || targetPort === 0) return number;
  if (typeof targetPort === 'number') return targetPort;
  // Ports of native sidecars, which are init containers that stay, have names too.
  for (const { ports = [] } of [...(pod.containers ?? []), ...(pod.initContainers ?? [])])
    for (const { name, containerPort } of ports) if (name === targetPort) return containerPort;
  return undefined;
}

/**
 * What a port of a gateway's VirtualService or of a caller may be called by, from the shortest: the names that proxies
 * take for a host. A name without namespace is known in its own namespace only.
 * Source: Istio's GenerateVirtualHostDomains
 */
export function aliasesOf(
  { host, from }: Pick<MeshHost, 'host' | 'from'>,
  clientNamespace: string,
  domain: string,
): readonly string[] {
  const service = from.kind === 'Service' || !isWildcardHost(host) ? serviceOfHost(host, domain) : undefined;
  if (service === undefined) return [host];
  const { name, namespace } = service;
  return [...(namespace === clientNamespace ? [name] : []), `${name}.${namespace}`, `${name}.${namespace}.svc`, host];
}
