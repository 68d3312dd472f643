import {
  effectivePolicy,
  type Client,
  type EffectiveDestinationRule,
  type EffectivePolicy,
} from '../graph/destination-rules.ts';
import { selects } from '../graph/labels.ts';
import type { MeshGraph } from '../graph/mesh-graph.ts';
import { containerPortOf, type MeshHost, type MeshPort } from '../graph/mesh-host.ts';
import { declaredPortsOf } from '../graph/workload-ports.ts';
import type { Workload } from '../graph/workload.ts';
import { lookUp } from './registry.ts';
import { aliasTarget } from './resolve-name.ts';

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
  /** Pods; undefined where the files do not say. */
  readonly replicas: number | undefined;
  /** Why requests to it are answered 503; undefined when they are not. */
  readonly problem: { readonly what: string; readonly flag: 'NC' | 'UH' | 'UF' } | undefined;
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
}

/** The cluster that a proxy has for a destination. */
export function clusterOf(
  graph: MeshGraph,
  client: Client,
  { host: named, port, subset, found, isUnresolved }: Target,
): Cluster {
  const service = isUnresolved === true ? undefined : graph.hostsNamed(named)[0];
  const host = (service && aliasTarget(service)) ?? named;
  const target = found ?? lookUp(graph, host, client.namespace);
  const meshPort = target?.ports.find(({ number }) => number === port);
  const rule = target && graph.destinationRuleFor(client, target.host);
  const declared = rule?.subsets.find(({ name }) => name === subset);
  const labels = declared?.subset.labels ?? {};
  const workloads = (target?.workloads ?? []).filter((workload) => selects(labels, workload.labels));
  const policy = rule && effectivePolicy(rule, subset, port);
  const isKept = target !== undefined && keepsAddress(client, target, policy);
  const replicas = target === undefined ? undefined : podsOf(graph, target, workloads);
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
    replicas,
    problem: problemOf(),
  };

  function problemOf(): Cluster['problem'] {
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
    if (replicas === 0)
      return { what: workloads.length > 0 ? 'its workloads have no replicas' : 'no pods are behind it', flag: 'UH' };
    return undefined;
  }
}

/** Pods behind a host; undefined where the files cannot know. */
function podsOf(graph: MeshGraph, target: MeshHost, workloads: readonly Workload[]): number | undefined {
  if (workloads.length > 0) {
    if (workloads.some(({ replicas }) => replicas === undefined)) return undefined;
    return workloads.reduce((sum, { replicas = 0 }) => sum + replicas, 0);
  }
  if (target.from.kind === 'ServiceEntry') {
    const { endpoints, resolution } = target.from.entry.spec;
    return resolution === 'STATIC' && endpoints !== undefined && target.from.entry.spec.workloadSelector === undefined
      ? endpoints.length
      : undefined;
  }
  const hasSelector = Object.keys(target.from.spec.selector ?? {}).length > 0;
  // Only where the files hold workloads of this namespace is one that is missing missing.
  return hasSelector && graph.workloadsBy(target.namespace).select({}).length > 0 ? 0 : undefined;
}

/**
 * Whether a proxy hands connections on to where the client connected: of a host without an address of its own, and by
 * the load balancer PASSTHROUGH. Gateways have no such address, and choose among the pods.
 * Source: Istio's convertResolution
 */
const keepsAddress = (client: Client, target: MeshHost, policy: EffectivePolicy | undefined): boolean =>
  policy?.loadBalancer?.value.simple === 'PASSTHROUGH' || (client.isGateway !== true && hasNoAddress(target));

/** Whether clients connect to the pods themselves, so that nothing translates the port. */
const hasNoAddress = ({ from }: MeshHost): boolean =>
  from.kind === 'Service' ? from.isHeadless : (from.entry.spec.resolution ?? 'NONE') === 'NONE';

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
