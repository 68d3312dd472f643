import { targetsOf } from '../../graph/policies.ts';
import { hasWaypoint } from '../../graph/waypoints.ts';
import type { Rule } from '../rule.ts';
import { serviceIndex } from '../service-index.ts';

/** A policy is attached to a Service that has no waypoint: only a waypoint reads it. */
export const targetWithoutWaypoint = {
  code: 'W238',
  name: 'target-without-waypoint',
  severity: 'error',
  summary: 'A policy targets a Service, and its traffic passes no waypoint that would read it.',
  reads: ['AuthorizationPolicy', 'RequestAuthentication', 'Service', 'Namespace'],
  *check(graph) {
    const policies = [...graph.of('AuthorizationPolicy'), ...graph.of('RequestAuthentication')];
    for (const policy of policies)
      for (const [index, { kind, group = '', name }] of targetsOf(policy).entries()) {
        if (kind !== 'Service' || (group !== '' && group !== 'core')) continue;
        const service = serviceIndex(graph).named(policy.namespace, name)?.manifest;
        if (service === undefined || hasWaypoint(graph, service) !== false) continue;
        const place = policy.spec.targetRefs === undefined ? ['targetRef'] : ['targetRefs', index];
        const hasSidecars = graph.namespaces.get(policy.namespace)?.injection === 'enabled';
        yield {
          manifest: policy.manifest,
          at: ['spec', ...place],
          message: `neither Service "${name}" nor its namespace has the label istio.io/use-waypoint, and ${hasSidecars ? 'sidecars read' : 'ztunnel reads'} no policy that targets a Service: it judges no request`,
          fix: hasSidecars
            ? 'select the pods: selector: { matchLabels: … }'
            : 'label the Service or its namespace with istio.io/use-waypoint, and add a Gateway of that name with gatewayClassName: istio-waypoint',
        };
      }
  },
} satisfies Rule;
