import { isExportedTo } from '../graph/export-to.ts';
import type { MeshGraph } from '../graph/mesh-graph.ts';
import type { MeshHost } from '../graph/mesh-host.ts';
import { closest } from '../model/closest.ts';
import { isIpAddress, serviceOfHost } from '../model/host.ts';
import { addressCovers } from './address.ts';
import { whole } from './registry.ts';

/** What the cluster's DNS makes of a name: with the search domains of a pod, then as it is. An address is looked up by itself. */
export function resolveName(graph: MeshGraph, namespace: string, host: string): MeshHost | undefined {
  if (isIpAddress(host)) return hostAt(graph, namespace, host);
  const { clusterDomain } = graph.settings;
  const bare = host.replace(/\.$/, '');
  const names = [
    `${bare}.${namespace}.svc.${clusterDomain}`,
    `${bare}.svc.${clusterDomain}`,
    `${bare}.${clusterDomain}`,
    bare,
  ];
  for (const name of names) {
    const found = serviceNamed(graph, name) ?? headlessOf(graph, name);
    if (found) return behindAlias(graph, found);
  }
  const entry = graph.lookUp(bare, namespace);
  return entry !== undefined && isExportedTo(entry.exportTo, entry.namespace, namespace)
    ? whole(graph, entry)
    : undefined;
}

/** The Service of a full name. */
export const serviceNamed = (graph: MeshGraph, name: string): MeshHost | undefined =>
  graph.hostsNamed(name).find(({ from }) => from.kind === 'Service');

/** Pods of a headless Service have names below its own. */
function headlessOf(graph: MeshGraph, name: string): MeshHost | undefined {
  const found = serviceNamed(graph, name.slice(name.indexOf('.') + 1));
  return found?.from.kind === 'Service' && found.from.isHeadless ? found : undefined;
}

/** The host that an ExternalName Service stands for, where the mesh has it. */
function behindAlias(graph: MeshGraph, host: MeshHost): MeshHost {
  const name = aliasTarget(graph, host);
  return (name === undefined ? undefined : graph.hostsNamed(name)[0]) ?? host;
}

/**
 * The name that an ExternalName Service stands for, through all others that it leads over; undefined for hosts that are
 * none, and for one that leads back to itself, which no DNS resolves.
 * Source: Istio's resolveServiceAliases
 */
export function aliasTarget(graph: Pick<MeshGraph, 'hostsNamed'>, host: MeshHost): string | undefined {
  const seen = new Set<string>();
  let target = externalNameOf(host);
  for (let next = target; next !== undefined; next = nextAlias(graph, next)) {
    if (seen.has(next)) return undefined;
    seen.add(next);
    target = next;
  }
  return target;
}

const nextAlias = (graph: Pick<MeshGraph, 'hostsNamed'>, name: string): string | undefined => {
  const [host] = graph.hostsNamed(name);
  return host && externalNameOf(host);
};

/** The next name that an ExternalName Service leads to, which may be another one; undefined for hosts that are none. */
export const externalNameOf = ({ from }: Pick<MeshHost, 'from'>): string | undefined =>
  from.kind === 'Service' && from.spec.type === 'ExternalName'
    ? (from.spec.externalName ?? '').toLowerCase().replace(/\.$/, '')
    : undefined;

/** The host with the most exact address that covers one. */
function hostAt(graph: MeshGraph, namespace: string, address: string): MeshHost | undefined {
  let best: { readonly host: MeshHost; readonly bits: number } | undefined;
  for (const host of graph.hosts) {
    if (!isExportedTo(host.exportTo, host.namespace, namespace)) continue;
    for (const own of addressesOf(host)) {
      const bits = addressCovers(own, address);
      if (bits !== undefined && (best === undefined || bits > best.bits)) best = { host, bits };
    }
  }
  return best && whole(graph, best.host);
}

/** Addresses at which a host is called: of a Service its `clusterIP` where the file says it. */
export function addressesOf({ from }: MeshHost): readonly string[] {
  if (from.kind === 'ServiceEntry') return from.entry.spec.addresses ?? [];
  const { clusterIP } = from.spec;
  return clusterIP === undefined || !isIpAddress(clusterIP) ? [] : [clusterIP];
}

/** Whether clients connect to the pods themselves, so that nothing translates the port. */
export const hasNoAddress = ({ from }: Pick<MeshHost, 'from'>): boolean =>
  from.kind === 'Service' ? from.isHeadless : (from.entry.spec.resolution ?? 'NONE') === 'NONE';

/** Why a name has no address at all, so that no request is ever sent; undefined where it may have one. */
export function unknownName(graph: MeshGraph, namespace: string, host: string): string | undefined {
  if (isIpAddress(host)) return undefined;
  const owner = host.includes('.') ? serviceOfHost(host, graph.settings.clusterDomain)?.namespace : namespace;
  // Names with dots that are not the cluster's own are for the DNS of the world.
  if (owner === undefined || !(graph.namespaces.get(owner)?.isDescribed ?? false)) return undefined;
  return host.includes('.')
    ? `the namespace ${owner} has no Service of this name`
    : `a name without dots is looked up in the namespace of the client, and ${owner} has no Service "${host}"`;
}

/** A host of the files whose name is close to one that is not there, written as shortly as the client may. */
export function meantHost(graph: MeshGraph, namespace: string, host: string): string | undefined {
  if (isIpAddress(host)) return undefined;
  const { clusterDomain } = graph.settings;
  const short = (name: string): string => {
    const service = serviceOfHost(name, clusterDomain);
    if (service === undefined || host.endsWith(clusterDomain)) return name;
    return service.namespace === namespace && !host.includes('.')
      ? service.name
      : `${service.name}.${service.namespace}`;
  };
  const names = [...new Set(graph.hosts.map((one) => short(one.host)))];
  return closest(host, names) ?? names.find((name) => name.startsWith(`${host}.`));
}
