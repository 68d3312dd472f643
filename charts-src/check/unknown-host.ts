import type { MeshGraph } from '../graph/mesh-graph.ts';
import { perGraph } from '../graph/per-graph.ts';
import { closest } from '../model/closest.ts';
import { isIpAddress, serviceOfHost } from '../model/host.ts';
import type { Hit } from './rule.ts';
import { slipOf } from './slip.ts';

/** Why the registry holds nothing under a name, as far as the files can tell. */
export type UnknownHost =
  /** `orders.shop`: Istio completes only names without a dot. */
  | { readonly reason: 'half-qualified'; readonly meant: string }
  /** The files say which Services its namespace has, and this is none of them. */
  | { readonly reason: 'no such Service'; readonly namespace: string; readonly meant: string | undefined }
  /** It is there, but not for these clients. */
  | { readonly reason: 'not exported'; readonly from: string; readonly exportTo: readonly string[] }
  /** A name outside the cluster that no ServiceEntry adds. */
  | { readonly reason: 'no ServiceEntry' }
  /** Its namespace is not among the files, so nobody can tell; a Service of this name is elsewhere, where one is meant. */
  | { readonly reason: 'not described'; readonly namespace: string; readonly meant: string | undefined };

/** Why a client in a namespace finds nothing under a full name; undefined when it finds something. */
export function unknownHost(graph: MeshGraph, host: string, clients: readonly string[]): UnknownHost | undefined {
  if (isIpAddress(host)) return undefined;
  if (clients.some((client) => graph.lookUp(host, client) !== undefined)) return undefined;
  const { clusterDomain } = graph.settings;
  const [hidden] = graph.hostsNamed(host);
  if (hidden) return { reason: 'not exported', from: hidden.namespace, exportTo: hidden.exportTo };
  const half = halfQualified(graph, host);
  if (half !== undefined) return { reason: 'half-qualified', meant: half };
  const service = serviceOfHost(host, clusterDomain);
  if (service === undefined) return { reason: 'no ServiceEntry' };
  const { name, namespace } = service;
  if (isAlwaysThere(name, namespace)) return undefined;
  if (!graph.namespaces.get(namespace)?.isDescribed || isInstalledApart(graph, namespace))
    return { reason: 'not described', namespace, meant: meantElsewhere(graph, name, namespace) };
  return { reason: 'no such Service', namespace, meant: meantService(graph, name, namespace) };
}

/** The Service of the API server, which every cluster makes by itself. */
const isAlwaysThere = (name: string, namespace: string): boolean => name === 'kubernetes' && namespace === 'default';

/** Namespaces of which files never hold all Services: those of Istio and of Kubernetes itself. */
const isInstalledApart = (graph: MeshGraph, namespace: string): boolean =>
  namespace === graph.settings.rootNamespace || namespace.startsWith('kube-');

/** The full name of a Service that `orders.shop` or `orders.shop.svc` was meant to be. */
function halfQualified(graph: MeshGraph, host: string): string | undefined {
  const [name, namespace, svc, ...rest] = host.split('.');
  if (name === undefined || namespace === undefined || rest.length > 0 || (svc !== undefined && svc !== 'svc'))
    return undefined;
  const full = `${name}.${namespace}.svc.${graph.settings.clusterDomain}`;
  // A namespace of the files says that this is no name of the internet; so does `.svc`.
  return graph.hostsNamed(full).length > 0 || graph.namespaces.has(namespace) || svc === 'svc' ? full : undefined;
}

/** The Service that was probably meant: of the same name elsewhere, or of nearly that name here. */
function meantService(graph: MeshGraph, name: string, namespace: string): string | undefined {
  const { here, elsewhere } = servicesByName(graph);
  const [other] = elsewhere.get(name) ?? [];
  const near = closest(name, here.get(namespace) ?? []);
  return near !== undefined && near !== name ? near : other;
}

/**
 * The Service of the same name in another namespace, where this one is declared without any, or is a slip of that one.
 * Files that hold a namespace rarely leave all of its Services to others.
 */
function meantElsewhere(graph: MeshGraph, name: string, namespace: string): string | undefined {
  const elsewhere = servicesByName(graph).elsewhere.get(name) ?? [];
  const isDeclared = graph.namespaces.get(namespace)?.manifest !== undefined;
  return elsewhere.find((host) => {
    const other = serviceOfHost(host, graph.settings.clusterDomain)?.namespace ?? '';
    return isDeclared || slipOf(namespace, new Set([other])) !== undefined;
  });
}

interface ServiceNames {
  /** Names by namespace. */
  readonly here: ReadonlyMap<string, readonly string[]>;
  /** Full hosts by name. */
  readonly elsewhere: ReadonlyMap<string, readonly string[]>;
}

const servicesByName = perGraph((graph): ServiceNames => {
  const here = new Map<string, string[]>();
  const elsewhere = new Map<string, string[]>();
  for (const { host, manifest } of graph.services) {
    here.set(manifest.namespace, [...(here.get(manifest.namespace) ?? []), manifest.name]);
    elsewhere.set(manifest.name, [...(elsewhere.get(manifest.name) ?? []), host]);
  }
  return { here, elsewhere };
});

/** What is said of a host whose namespace is not among the files. */
export const notDescribed = (
  written: string,
  host: string,
  { namespace, meant }: Extract<UnknownHost, { readonly reason: 'not described' }>,
): Pick<Hit, 'message' | 'fix' | 'severity'> => {
  const full = written === host ? '' : ` (${host})`;
  return meant === undefined
    ? {
        severity: 'info',
        message: `host "${written}"${full} cannot be checked: no Service of namespace "${namespace}" is among the files`,
        fix: `check the manifests of "${namespace}" together with these`,
      }
    : {
        severity: 'warning',
        message: `host "${written}"${full}: no Service of namespace "${namespace}" is among the files, and one of this name is in another: unless it is there too, nothing answers`,
        fix: `did you mean ${meant}`,
      };
};
