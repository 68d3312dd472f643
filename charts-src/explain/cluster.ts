import {
  effectivePolicy,
  type Client,
  type EffectiveDestinationRule,
  type EffectivePolicy,
} from '../graph/destination-rules.ts';
import { fixedEndpoints, mayRegister, podsOf } from '../graph/endpoints.ts';
import { selects, type Labels } from '../graph/labels.ts';
import type { MeshGraph } from '../graph/mesh-graph.ts';
import { containerPortOf, type MeshHost, type MeshPort } from '../graph/mesh-host.ts';
import { declaredPortsOf } from '../graph/workload-ports.ts';
import type { Workload } from '../graph/workload.ts';
import type { WorkloadEntrySpec } from '../imports/istio.ts';
import { own } from '../model/own.ts';
import type { ClientTls } from './explanation.ts';
import { lookUp } from './registry.ts';
import { externalNameOf, hasNoAddress, serviceNamed } from './resolve-name.ts';

/** A cluster of Envoy: a host, a port and a subset, and the pods behind it. */
export interface Cluster {
  /** As Istio names it: `outbound|80|v1|orders.shop.svc.cluster.local`. */
  readonly name: string;
  readonly host: string;
  readonly port: number;
  readonly subset: string | undefined;
  readonly target: MeshHost | undefined;
  readonly meshPort: MeshPort | undefined;
  readonly rule: EffectiveDestinationRule | undefined;
  readonly policy: EffectivePolicy | undefined;
  /** Whether connections go on to the address that the client called, whatever pods the host has. */
  readonly keepsAddress: boolean;
  readonly workloads: readonly Workload[];
  /** Endpoints that are written down and are no pods. */
  readonly endpoints: readonly WorkloadEntrySpec[];
  /** Pods of Services that a ServiceEntry names as its endpoints. */
  readonly named: readonly NamedPods[];
  /** Pods and endpoints; undefined where the files do not say. */
  readonly replicas: number | undefined;
  /** Why requests to it are answered 503; undefined when they are not. */
  readonly problem: { readonly what: string; readonly flag: 'NC' | 'UH' | 'UF' } | undefined;
}

/** Pods that a name in a ServiceEntry leads to, and the port of their containers. */
export interface NamedPods {
  readonly workload: Workload;
  readonly port: number | undefined;
}

/** A place that a route sends to. */
export interface Target {
  readonly host: string;
  readonly port: number;
  readonly subset?: string | undefined;
  /** The host itself, where DNS led there: then it does not matter to whom it is exported.
   * @default - what the client's proxy knows by the name */
  readonly found?: MeshHost;
  /** Whether a name that only stands for another host is taken by itself.
   * @default false */
  readonly isUnresolved?: boolean;
  /** Whether only Kubernetes is asked, which knows pods and no other endpoints.
   * @default false */
  readonly isPodsOnly?: boolean;
}

/** The cluster that a proxy has for a destination. */
export function clusterOf(
  graph: MeshGraph,
  client: Client,
  { host: named, port, subset, found, isUnresolved, isPodsOnly }: Target,
): Cluster {
  const service = isUnresolved === true ? undefined : graph.hostsNamed(named)[0];
  const host = (service && externalNameOf(service)) ?? named;
  const known = found ?? lookUp(graph, host, client.namespace);
  // A wildcard has one cluster, under its own name: a route to one of its hosts leads to a cluster that is not there.
  const target = known === found || known?.host === host.toLowerCase() ? known : undefined;
  const meshPort = target?.ports.find(({ number }) => number === port);
  const rule = target && graph.destinationRuleFor(client, target.host);
  const declared = rule?.subsets.find(({ name }) => name === subset);
  const labels = declared?.subset.labels ?? {};
  const policy = rule && effectivePolicy(rule, subset, port);
  const isKept = target !== undefined && keepsAddress(client, target, policy);
  const pods = target === undefined || isPodsOnly === true ? target?.workloads : podsOf(graph, target, meshPort);
  const selected = (pods ?? []).filter((workload) => selects(labels, workload.labels));
  // Pods are no endpoints of a port that leads to a name that none of their containers has.
  const workloads = selected.filter(
    (workload) => isKept || meshPort === undefined || containerPortOf(meshPort, workload) !== undefined,
  );
  const endpoints = (target === undefined || isPodsOnly === true ? [] : fixedEndpoints(graph, target, meshPort)).filter(
    (endpoint) => selects(labels, endpoint.labels ?? {}),
  );
  const replicas = target === undefined ? undefined : replicasOf(graph, target, workloads, endpoints);
  return {
    name: `outbound|${port}|${subset ?? ''}|${target?.host ?? host}`,
    host: target?.host ?? host,
    port,
    subset,
    target,
    meshPort,
    rule,
    policy,
    keepsAddress: isKept,
    workloads,
    endpoints,
    named: target && meshPort ? namedPods(graph, target, meshPort, endpoints) : [],
    replicas,
    problem: problemOf(),
  };

  function problemOf(): Cluster['problem'] {
    const alias = target && externalNameOf(target);
    if (alias !== undefined)
      return { what: `${host} only stands for ${alias}, and proxies follow no second name`, flag: 'NC' };
    if (target === undefined && known !== undefined)
      return { what: `${known.host} has ${host}, but a route has to name it as it is written there`, flag: 'NC' };
    if (target === undefined)
      return { what: `the registry has no host ${host} that ${client.namespace} may see`, flag: 'NC' };
    if (meshPort === undefined)
      return {
        what: `${host} has no port ${port} (it has ${target.ports.map(({ number }) => number).join(', ') || 'none'})`,
        flag: 'NC',
      };
    if (subset !== undefined && subset !== '' && declared === undefined) {
      const known = rule?.subsets.map(({ name }) => name).join(', ');
      return {
        what: `no DestinationRule that ${client.namespace} uses for ${host} declares the subset "${subset}"${known ? ` (it declares ${known})` : ''}`,
        flag: 'NC',
      };
    }
    const deaf = isKept && hasNoAddress(target) ? workloads.filter((one) => isDeaf(one, meshPort)) : [];
    if (deaf[0] !== undefined && deaf.length === workloads.length)
      return {
        what: `${host} has no address of its own, so clients come to port ${port} of its pods, and ${deaf[0].name} listens on ${String(meshPort.targetPort)}`,
        flag: 'UF',
      };
    if (replicas !== 0) return undefined;
    const [unnamed] = selected;
    if (workloads.length === 0 && unnamed !== undefined)
      return {
        what: `port ${port} of ${host} leads to a port named "${String(meshPort.targetPort)}", which no container of ${unnamed.name} has`,
        flag: 'UH',
      };
    return { what: workloads.length > 0 ? 'its workloads have no replicas' : 'no pods are behind it', flag: 'UH' };
  }
}

/** Proxies ask the DNS of the cluster for names of endpoints, and it knows Services. */
function namedPods(
  graph: MeshGraph,
  { from, host }: MeshHost,
  { name, number, targetPort }: MeshPort,
  endpoints: readonly WorkloadEntrySpec[],
): readonly NamedPods[] {
  if (from.kind !== 'ServiceEntry' || !(from.entry.spec.resolution ?? '').startsWith('DNS')) return [];
  const named = endpoints.length > 0 ? endpoints : [{ address: host }];
  return named.flatMap(({ address = '', ports }: WorkloadEntrySpec) => {
    const service = serviceNamed(graph, address.toLowerCase());
    const called = own(ports ?? {}, name) ?? (typeof targetPort === 'number' ? targetPort : number);
    const port = service?.ports.find((one) => one.number === called);
    return (port ? (service?.workloads ?? []) : []).map((workload) => ({
      workload,
      port: port && containerPortOf(port, workload),
    }));
  });
}

/** Pods and endpoints behind a host; undefined where the files cannot know. */
function replicasOf(
  graph: MeshGraph,
  target: MeshHost,
  workloads: readonly Workload[],
  endpoints: readonly WorkloadEntrySpec[],
): number | undefined {
  if (workloads.some(({ replicas }) => replicas === undefined)) return undefined;
  const known = workloads.reduce((sum, { replicas = 0 }) => sum + replicas, 0) + endpoints.length;
  const selector = selectorOf(target);
  if (workloads.length > 0) return known;
  // Endpoints that are named only are as many as DNS has addresses for them.
  if (selector === undefined)
    return target.from.kind === 'ServiceEntry' && target.from.entry.spec.resolution === 'STATIC' ? known : undefined;
  if (known > 0) return known;
  // Only where the files hold workloads of this namespace is one that is missing missing.
  return graph.workloadsBy(target.namespace).select({}).length > 0 && !mayRegister(graph, target.namespace, selector)
    ? 0
    : undefined;
}

/** Labels by which a host finds its endpoints; undefined where it finds none by labels. */
function selectorOf({ from }: MeshHost): Labels | undefined {
  const selector = from.kind === 'Service' ? from.spec.selector : from.entry.spec.workloadSelector?.labels;
  return Object.keys(selector ?? {}).length === 0 ? undefined : selector;
}

/**
 * Whether a proxy hands connections on to where the client connected: of a host without an address of its own, and by
 * the load balancer PASSTHROUGH. Gateways have no such address, and choose among the pods.
 * Source: Istio's convertResolution
 */
const keepsAddress = (client: Client, target: MeshHost, policy: EffectivePolicy | undefined): boolean =>
  policy?.loadBalancer?.value.simple === 'PASSTHROUGH' || (client.isGateway !== true && hasNoAddress(target));

/** Whether pods listen on another port than that of their Service only. */
const isDeaf = (workload: Workload, port: MeshPort): boolean => {
  const listens = containerPortOf(port, workload);
  return listens !== undefined && listens !== port.number && !declaredPortsOf(workload).includes(port.number);
};

/** The port of the container that a cluster's requests arrive at. */
export const containerPortFor = (
  { meshPort, target, keepsAddress: isKept }: Pick<Cluster, 'meshPort' | 'target' | 'keepsAddress'>,
  workload: Workload,
): number | undefined =>
  meshPort && (isKept && target && hasNoAddress(target) ? meshPort.number : containerPortOf(meshPort, workload));

/**
 * The host that a client's proxy asks for in its handshake, as its DestinationRule says it or as sidecars know each
 * other; undefined where it is that of the request.
 * Source: Istio's BuildDNSSrvSubsetKey
 */
export const sniOf = ({ host, port, subset = '', policy }: Cluster, tls: ClientTls): string | undefined =>
  policy?.tls?.value.sni || (tls === 'simple' ? undefined : `outbound_.${port}_.${subset}_.${host}`);
