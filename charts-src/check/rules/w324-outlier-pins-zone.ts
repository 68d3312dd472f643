import type { MeshGraph } from '../../graph/mesh-graph.ts';
import type { Workload } from '../../graph/workload.ts';
import type { LoadBalancerSettings } from '../../imports/istio.ts';
import { hostOfRule, policyLayers } from '../policy-layers.ts';
import type { Rule } from '../rule.ts';

/** Outlier detection switches on failover between zones, which keeps all traffic in the zone of the caller. */
export const outlierPinsZone = {
  code: 'W324',
  name: 'outlier-pins-zone',
  severity: 'info',
  summary: 'Outlier detection makes callers send all traffic to pods of their own zone.',
  reads: ['DestinationRule', 'Service', 'Deployment', 'StatefulSet'],
  *check(graph: MeshGraph) {
    for (const rule of graph.of('DestinationRule')) {
      const host = hostOfRule(graph, rule);
      if (host?.from.kind === 'ServiceEntry') continue;
      const above = rule.spec.trafficPolicy;
      for (const { policy, at, subset, port } of policyLayers(rule)) {
        if (policy.outlierDetection === undefined) continue;
        // A port has no block of the host; a subset has, where it has none of its own.
        const balancer = policy.loadBalancer ?? (port === undefined && subset ? above?.loadBalancer : undefined);
        if (saysWhere(balancer)) continue;
        const [spread] = (host?.workloads.filter(isSpreadOverZones) ?? []).sort(byName);
        yield {
          manifest: rule.manifest,
          at: [...at, 'outlierDetection'],
          severity: spread ? 'warning' : 'info',
          message:
            `with outlierDetection and without localityLbSetting, a caller sends everything to pods of its own zone while they are healthy` +
            (spread
              ? `, although ${spread.kind} ${spread.name} is spread over zones: where callers are not spread alike, some pods idle and others are overloaded`
              : ''),
          fix: 'add "localityLbSetting: {enabled: false}" to loadBalancer for an even share, or "enabled: true" to say that it is meant',
        };
      }
    }
  },
} satisfies Rule;

/** Whether somebody has thought about zones. */
const saysWhere = (balancer: LoadBalancerSettings | undefined): boolean =>
  balancer?.localityLbSetting !== undefined ||
  balancer?.zoneAwareLbSetting !== undefined ||
  balancer?.simple === 'PASSTHROUGH';

const byName = (one: Workload, other: Workload): number => (one.name < other.name ? -1 : 1);

const isSpreadOverZones = ({ pod }: Workload): boolean =>
  (pod.topologySpreadConstraints ?? []).some(({ topologyKey }) => topologyKey === 'topology.kubernetes.io/zone') ||
  JSON.stringify(pod.affinity ?? '').includes('"topologyKey":"topology.kubernetes.io/zone"');
