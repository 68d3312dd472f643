import type { DestinationRuleSpec, PortTrafficPolicy, TrafficPolicy } from '../../imports/istio.ts';
import type { Path } from '../../model/schema.ts';

/** A policy for a service, a subset or a port of either. */
export interface PolicyBlock {
  readonly at: Path;
  readonly policy: Pick<TrafficPolicy, 'connectionPool' | 'loadBalancer' | 'outlierDetection' | 'tls'>;
}

/** Every policy of a DestinationRule, those for ports included. */
export function* policyBlocks(spec: DestinationRuleSpec): Iterable<PolicyBlock> {
  for (const { at, policy } of wholePolicies(spec)) {
    yield { at, policy };
    for (const [index, port] of (policy.portLevelSettings ?? []).entries())
      yield { at: [...at, 'portLevelSettings', index], policy: port };
  }
}

/** The policies of a DestinationRule for all ports: its own, and those of its subsets. */
export function* wholePolicies({
  trafficPolicy,
  subsets = [],
}: DestinationRuleSpec): Iterable<{ readonly at: Path; readonly policy: TrafficPolicy }> {
  if (trafficPolicy !== undefined) yield { at: ['spec', 'trafficPolicy'], policy: trafficPolicy };
  for (const [index, subset] of subsets.entries())
    if (subset.trafficPolicy !== undefined)
      yield { at: ['spec', 'subsets', index, 'trafficPolicy'], policy: subset.trafficPolicy };
}

/** Whether a policy for a port says anything. */
export const isEmptyPortPolicy = ({
  connectionPool,
  loadBalancer,
  outlierDetection,
  tls,
}: PortTrafficPolicy): boolean =>
  connectionPool === undefined && loadBalancer === undefined && outlierDetection === undefined && tls === undefined;
