import type { TrafficPolicy } from '../../imports/istio.ts';
import { fullHost, isWildcardHost } from '../../model/host.ts';
import type { Path } from '../../model/schema.ts';
import { knownHost } from '../known-host.ts';
import type { Rule } from '../rule.ts';

/** `portLevelSettings` name a port that the host does not have: nothing of them acts. */
export const portPolicyWithoutPort = {
  code: 'W114',
  name: 'port-policy-without-port',
  severity: 'warning',
  summary: 'portLevelSettings are for a port that the host does not have.',
  also: [],
  reads: ['DestinationRule', 'Service', 'ServiceEntry'],
  *check(graph) {
    for (const rule of graph.of('DestinationRule')) {
      const host = fullHost(rule.spec.host, rule.namespace, graph.settings.clusterDomain);
      const target = isWildcardHost(host) ? undefined : knownHost(graph, host, rule.namespace);
      if (target === undefined) continue;
      for (const { policy, at } of policiesOf(rule.spec))
        for (const [index, { port }] of (policy.portLevelSettings ?? []).entries()) {
          const number = port?.number;
          if (number === undefined || target.ports.some((known) => known.number === number)) continue;
          const behind = target.ports.find(({ targetPort }) => targetPort === number);
          yield {
            manifest: rule.manifest,
            at: [...at, 'portLevelSettings', index, 'port', 'number'],
            message: `host "${rule.spec.host}" has no port ${number} (its ports: ${target.ports.map((known) => known.number).join(', ') || 'none'}), so these settings never act`,
            fix:
              behind === undefined
                ? 'name a port of the host'
                : `${number} is a port of its pods: name the port of the Service, ${behind.number}`,
          };
        }
    }
  },
} satisfies Rule;

function* policiesOf(spec: {
  readonly trafficPolicy?: TrafficPolicy;
  readonly subsets?: readonly { readonly trafficPolicy?: TrafficPolicy }[];
}): Iterable<{ readonly policy: TrafficPolicy; readonly at: Path }> {
  if (spec.trafficPolicy) yield { policy: spec.trafficPolicy, at: ['spec', 'trafficPolicy'] };
  for (const [index, { trafficPolicy }] of (spec.subsets ?? []).entries())
    if (trafficPolicy) yield { policy: trafficPolicy, at: ['spec', 'subsets', index, 'trafficPolicy'] };
}
