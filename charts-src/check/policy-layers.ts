import type { MeshGraph } from '../graph/mesh-graph.ts';
import type { MeshHost, MeshPort } from '../graph/mesh-host.ts';
import { isHttp, mayBeHttp } from '../graph/protocol.ts';
import type { Resource } from '../graph/resource.ts';
import type { PortTrafficPolicy, Subset, TrafficPolicy } from '../imports/istio.ts';
import { fullHost, isWildcardHost } from '../model/host.ts';
import type { Path } from '../model/schema.ts';

/** One place in a DestinationRule where blocks of a policy can stand. */
export interface PolicyLayer {
  readonly rule: Resource<'DestinationRule'>;
  readonly policy: TrafficPolicy | PortTrafficPolicy;
  readonly at: Path;
  /** Undefined for the host as a whole. */
  readonly subset: Subset | undefined;
  /** Undefined for all ports. */
  readonly port: number | undefined;
}

/** All of them: of the host, of its subsets, and of ports of both. */
export function* policyLayers(rule: Resource<'DestinationRule'>): Iterable<PolicyLayer> {
  const { trafficPolicy, subsets = [] } = rule.spec;
  if (trafficPolicy) yield* layersOf(rule, trafficPolicy, ['spec', 'trafficPolicy'], undefined);
  for (const [index, subset] of subsets.entries())
    if (subset.trafficPolicy)
      yield* layersOf(rule, subset.trafficPolicy, ['spec', 'subsets', index, 'trafficPolicy'], subset);
}

function* layersOf(
  rule: Resource<'DestinationRule'>,
  policy: TrafficPolicy,
  at: Path,
  subset: Subset | undefined,
): Iterable<PolicyLayer> {
  yield { rule, policy, at, subset, port: undefined };
  for (const [index, settings] of (policy.portLevelSettings ?? []).entries())
    yield {
      rule,
      policy: settings,
      at: [...at, 'portLevelSettings', index],
      subset,
      port: settings.port?.number,
    };
}

/** The host that a DestinationRule is for; undefined for wildcards, and for what is not among the files. */
export function hostOfRule(
  graph: Pick<MeshGraph, 'lookUp' | 'settings'>,
  { spec, namespace }: Resource<'DestinationRule'>,
): MeshHost | undefined {
  const host = fullHost(spec.host, namespace, graph.settings.clusterDomain);
  return isWildcardHost(host) ? undefined : graph.lookUp(host, namespace);
}

/** Ports of a host that a layer is for; all of them where it names none. */
export const portsOf = (host: MeshHost, port: number | undefined): readonly MeshPort[] =>
  port === undefined ? host.ports : host.ports.filter(({ number }) => number === port);

/** Whether requests, not bytes, may go through one of these ports; so too where nothing is known of them. */
export const carriesRequests = (ports: readonly MeshPort[]): boolean =>
  ports.length === 0 || ports.some(({ protocol }) => mayBeHttp(protocol));

/** Whether HTTP/1 goes through one of these ports, where every request in flight has a connection of its own. */
export const carriesHttp1 = (ports: readonly MeshPort[]): boolean =>
  ports.some(({ protocol }) => protocol === 'HTTP' || (!isHttp(protocol) && mayBeHttp(protocol)));
